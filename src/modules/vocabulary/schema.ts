import * as v from 'valibot';

const name = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(200));
const uuid = v.pipe(v.string(), v.uuid());

/** Degrees, or nothing where a place should not be shown on a map. */
const degrees = (most: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.transform((text) => (text === '' ? null : Number(text.replace(',', '.')))),
    v.nullable(v.pipe(v.number(), v.minValue(-most), v.maxValue(most)))
  );

/** One name a line, as the form has it; other spellings and transliterations. */
const aliases = v.pipe(
  v.string(),
  v.transform((text) => [...new Set(text.split('\n').map((line) => line.trim()))].filter(Boolean)),
  v.array(v.pipe(v.string(), v.maxLength(200))),
  v.maxLength(50)
);

const place = { nameAr: name, nameEn: name, aliases, latitude: degrees(90), longitude: degrees(180) };

export const NewFacility = v.object(place);
export type NewFacility = v.InferOutput<typeof NewFacility>;
export const FacilityChange = v.object({ id: uuid, ...place });
export type FacilityChange = v.InferOutput<typeof FacilityChange>;

export const NewTheme = v.object({ nameAr: name, nameEn: name });
export type NewTheme = v.InferOutput<typeof NewTheme>;
export const ThemeChange = v.object({ id: uuid, nameAr: name, nameEn: name });
export type ThemeChange = v.InferOutput<typeof ThemeChange>;
