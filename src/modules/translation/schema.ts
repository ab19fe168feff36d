import * as v from 'valibot';
import { idOf, type SegmentId } from '#platform/ids.ts';

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const language = v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/));

export const TranslationEdit = v.object({
  segmentId: idOf<SegmentId>(),
  language,
  text: v.pipe(v.string(), v.maxLength(20_000)),
  /** The translation's version it was made on; null: there was none yet. */
  version: v.nullable(count),
  /** The passage's version the translator had before them. */
  sourceVersion: count
});
export type TranslationEdit = v.InferOutput<typeof TranslationEdit>;

export const TranslationTarget = v.object({ segmentId: idOf<SegmentId>(), language, version: count });
export type TranslationTarget = v.InferOutput<typeof TranslationTarget>;
