import { timecode } from '#i18n/format.ts';
import type { Passage } from './edition.ts';

type Place = Pick<Passage, 'mediumNumber' | 'startMs' | 'position'>;

/** A passage's id on its page: `t-12-41`, in a second recording `t2-12-41`; a written passage is counted: `p-7`. */
export function passageAnchor({ mediumNumber, startMs, position }: Place): string {
  if (startMs === null) return `p-${position}`;
  return `t${mediumNumber > 1 ? mediumNumber : ''}-${timecode(startMs / 1000).replaceAll(':', '-')}`;
}

/** The address that opens a testimony at a passage: the anchor leads there without script, `t` (or `p`, where nothing is timed) says which. */
export function passageHref(locale: string, testimonyId: string, place: Place): string {
  const path = `/${locale}/testimonies/${testimonyId}`;
  if (place.startMs === null) return `${path}?p=${place.position}#${passageAnchor(place)}`;
  const query = new URLSearchParams({ t: String(place.startMs / 1000) });
  if (place.mediumNumber > 1) query.set('m', String(place.mediumNumber));
  return `${path}?${query}#${passageAnchor(place)}`;
}

/** `?t=761.2` or `?t=12:41` as seconds; null for anything else. */
export function parseMoment(text: string | null): number | null {
  if (!text) return null;
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{2}(?:\.\d+)?)$/.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  return /^\d{1,7}(\.\d+)?$/.test(text) ? Number(text) : null;
}
