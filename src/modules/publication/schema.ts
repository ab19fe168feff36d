import * as v from 'valibot';
import { idOf, type TestimonyId } from '#platform/ids.ts';

const Slug = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,80}$/));
const Year = v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(1900), v.maxValue(2200));

/** What a list of editions is narrowed by, as it stands in an address. */
export const ListFilter = v.object({
  facility: v.optional(Slug),
  theme: v.optional(Slug),
  from: v.optional(Year),
  to: v.optional(Year),
  page: v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(Number), v.integer(), v.minValue(1), v.maxValue(10_000)), 1),
  limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(100)), 24)
});
export type ListFilter = v.InferOutput<typeof ListFilter>;

export const TestimonyAddress = v.object({ id: idOf<TestimonyId>() });
