import * as v from 'valibot';
import { readTimecode } from '#modules/transcript/timecode.ts';
import { idOf, type TestimonyId } from '#platform/ids.ts';

export const WARNING_KINDS = ['violence', 'sexual_violence', 'death', 'deprivation', 'self_harm', 'children', 'other'] as const;

const year = v.pipe(
  v.string(),
  v.trim(),
  v.transform((text) => (text === '' ? null : Number(text.replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))))),
  v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1900), v.maxValue(2200)))
);

const time = v.pipe(
  v.string(),
  v.transform((text) => (text.trim() === '' ? null : readTimecode(text))),
  v.check((ms) => ms === null || Number.isFinite(ms))
);

const warning = v.pipe(
  v.object({ kind: v.picklist(WARNING_KINDS), note: v.pipe(v.string(), v.trim(), v.maxLength(300)), startMs: time, endMs: time }),
  // Half a range is none: a warning without times stands before the whole.
  v.transform(({ startMs, endMs, ...rest }) =>
    startMs === null || endMs === null || endMs <= startMs ? { ...rest, startMs: null, endMs: null } : { ...rest, startMs, endMs }
  )
);

const words = v.object({
  title: v.pipe(v.string(), v.trim(), v.maxLength(200)),
  summary: v.pipe(v.string(), v.trim(), v.maxLength(2_000))
});

/** What the desk says of a testimony, in whole. */
export const Description = v.pipe(
  v.object({
    testimonyId: idOf<TestimonyId>(),
    language: v.pipe(v.string(), v.trim(), v.toLowerCase(), v.regex(/^[a-z]{2,3}$/)),
    words: v.object({ ar: words, en: words }),
    facilityId: v.pipe(
      v.string(),
      v.transform((text) => text || null),
      v.nullable(v.pipe(v.string(), v.uuid()))
    ),
    yearFrom: year,
    yearTo: year,
    themeIds: v.array(v.pipe(v.string(), v.uuid())),
    warnings: v.pipe(v.array(warning), v.maxLength(30)),
    hard: v.boolean()
  }),
  v.forward(
    v.check(({ yearFrom, yearTo }) => yearTo === null || (yearFrom !== null && yearTo >= yearFrom), 'years_backwards'),
    ['yearTo']
  )
);
export type Description = v.InferOutput<typeof Description>;

const text = v.optional(v.string(), '');
const column = v.optional(v.array(v.string()), []);

/** The same as a form without script sends it: a row for each warning, an empty kind for a row that is not one. */
export const DescriptionForm = v.pipe(
  v.object({
    testimonyId: v.string(),
    language: v.string(),
    titleAr: text,
    summaryAr: text,
    titleEn: text,
    summaryEn: text,
    facilityId: text,
    yearFrom: text,
    yearTo: text,
    themeIds: column,
    warningKind: column,
    warningNote: column,
    warningStart: column,
    warningEnd: column,
    hard: v.optional(v.literal('on'))
  }),
  v.transform((form) => ({
    testimonyId: form.testimonyId,
    language: form.language,
    facilityId: form.facilityId,
    yearFrom: form.yearFrom,
    yearTo: form.yearTo,
    themeIds: form.themeIds,
    words: { ar: { title: form.titleAr, summary: form.summaryAr }, en: { title: form.titleEn, summary: form.summaryEn } },
    warnings: form.warningKind.flatMap((kind, row) =>
      kind ? [{ kind, note: form.warningNote[row] ?? '', startMs: form.warningStart[row] ?? '', endMs: form.warningEnd[row] ?? '' }] : []
    ),
    hard: form.hard === 'on'
  })),
  Description
);
