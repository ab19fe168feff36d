import type { Locale } from './locale.ts';

// The month names of the Levant (آذار, أيار), where most who speak here come from; digits of Arabic prose.
const REGIONS: { [language in Locale]?: string } = { ar: 'ar-SY-u-nu-arab', en: 'en-GB' };
const tagOf = (locale: Locale): string => REGIONS[locale] ?? locale;

const numbers = new Map<Locale, Intl.NumberFormat>();

/** 1234 as prose writes it: ١٬٢٣٤ in Arabic. Years are not numbers in this sense: see {@link Formats.year}. */
export function proseNumber(locale: Locale, value: number): string {
  let format = numbers.get(locale);
  if (!format) numbers.set(locale, (format = new Intl.NumberFormat(tagOf(locale), { useGrouping: 'min2' })));
  return format.format(value);
}

/**
 * Seconds as a timecode, 0123 in every language so that a citation reads the same everywhere: `12:41`, `1:02:03`.
 * Put it into `<bdi class="ltr num">`.
 */
export function timecode(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [h = 0, m = 0, s = 0] = parts;
  const two = (n: number) => String(n).padStart(2, '0');
  return h ? `${h}:${two(m)}:${two(s)}` : `${two(m)}:${two(s)}`;
}

/** Dates, numbers and lists in one language. Dates are shown in UTC, so that server and browser write the same day. */
export interface Formats {
  number(value: number): string;
  /** A year without grouping: ١٩٨٦. */
  year(value: number): string;
  /** 3 May 2026. */
  date(value: Date | string): string;
  /** March 2026. */
  month(value: Date | string): string;
  /** 3 May 2026, 14:05 UTC. */
  moment(value: Date | string): string;
  /** A length in words: 32 seconds, 48 minutes, 1 hour 20 minutes. */
  duration(seconds: number): string;
  /** How long ago, roughly: today, 2 days ago. */
  ago(value: Date | string, now?: Date): string;
  /** A size in bytes, rounded: 12 MB. */
  bytes(value: number): string;
  list(items: readonly string[]): string;
  /** A language by its name: Kurdish. */
  language(tag: string): string;
  /** A country of ISO 3166-1 by its name: Lebanon. */
  country(code: string): string;
}

export function createFormats(locale: Locale): Formats {
  const tag = tagOf(locale);
  const dates = (options: Intl.DateTimeFormatOptions) => {
    const format = new Intl.DateTimeFormat(tag, { timeZone: 'UTC', ...options });
    return (value: Date | string) => format.format(new Date(value));
  };
  const units = (value: number, unit: string, display: 'long' | 'short' = 'long') =>
    new Intl.NumberFormat(tag, { style: 'unit', unit, unitDisplay: display, maximumFractionDigits: 0 }).format(value);
  const conjunction = new Intl.ListFormat(tag, { type: 'conjunction' });

  return {
    number: (value) => proseNumber(locale, value),
    year: (value) => new Intl.NumberFormat(tag, { useGrouping: false }).format(value),
    date: dates({ day: 'numeric', month: 'long', year: 'numeric' }),
    month: dates({ month: 'long', year: 'numeric' }),
    moment: dates({ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZoneName: 'short' }),
    duration(seconds) {
      const whole = Math.round(seconds);
      if (whole < 60) return units(whole, 'second');
      const minutes = Math.round(whole / 60);
      if (minutes < 60) return units(minutes, 'minute');
      const rest = minutes % 60;
      const hours = units(Math.floor(minutes / 60), 'hour');
      return rest ? conjunction.format([hours, units(rest, 'minute')]) : hours;
    },
    ago(value, now = new Date()) {
      const days = Math.floor((now.getTime() - new Date(value).getTime()) / 86_400_000);
      return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-days, 'day');
    },
    bytes(value) {
      const [unit, size] =
        value >= 1e9 ? (['gigabyte', 1e9] as const) : value >= 1e6 ? (['megabyte', 1e6] as const) : (['kilobyte', 1e3] as const);
      return units(value / size, unit, 'short');
    },
    list: (items) => conjunction.format(items),
    language: (language) => new Intl.DisplayNames([tag], { type: 'language' }).of(language) ?? language,
    country: (code) => new Intl.DisplayNames([tag], { type: 'region' }).of(code) ?? code
  };
}
