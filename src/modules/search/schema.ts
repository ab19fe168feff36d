import * as v from 'valibot';

const Slug = v.pipe(v.string(), v.regex(/^[a-z0-9-]{1,80}$/));
const few = <T extends v.GenericSchema>(item: T) => v.optional(v.pipe(v.array(item), v.maxLength(50)), []);

/** `1987`, or `1980-1989` for every year from the first to the last. */
const Years = v.pipe(
  v.string(),
  v.regex(/^(19|2[01])\d\d(-(19|2[01])\d\d)?$/),
  v.transform((text) => text.split('-').map(Number)),
  v.check(([from, to]) => to === undefined || (to >= from! && to - from! <= 100)),
  v.transform(([from, to]) => Array.from({ length: (to ?? from!) - from! + 1 }, (_, i) => from! + i))
);

/** A search as it stands in an address. How long `q` may be is the use case's to refuse, in the person's words. */
export const Search = v.object({
  q: v.optional(v.string(), ''),
  facility: few(Slug),
  years: v.pipe(
    few(Years),
    v.transform((spans) => [...new Set(spans.flat())])
  ),
  themes: few(Slug),
  language: few(v.pipe(v.string(), v.regex(/^[a-z]{2,3}$/))),
  medium: few(v.picklist(['video', 'audio', 'written'])),
  page: v.optional(v.pipe(v.string(), v.regex(/^[1-9]\d{0,3}$/), v.transform(Number)), '1')
});
export type Search = v.InferOutput<typeof Search>;

/** An address's parameters as `Search` reads them: `?q=bread&themes=food&themes=family&years=1980-1989&page=2`. */
export function searchParameters(params: URLSearchParams): v.InferInput<typeof Search> {
  const [facility, years, themes, language, medium] = ['facility', 'years', 'themes', 'language', 'medium'].map((name) =>
    params.getAll(name)
  );
  return {
    q: params.get('q') ?? undefined,
    facility,
    years,
    themes,
    language,
    medium: medium as v.InferInput<typeof Search>['medium'],
    page: params.get('page') ?? undefined
  };
}
