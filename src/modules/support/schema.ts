import * as v from 'valibot';
import { LOCALES } from '#i18n/locale.ts';
import { idOf, type SupportContactId } from '#platform/ids.ts';

export const SUPPORT_KINDS = ['care', 'legal', 'crisis'] as const;

const emptyAsNull = <Text extends v.GenericSchema<string, string>>(schema: Text) =>
  v.pipe(
    v.optional(v.string(), ''),
    v.trim(),
    v.transform((text) => text || null),
    v.nullable(schema)
  );

/** An organisation as the admin's form gives it; `what_ar`, `what_en` … are what it does, by page language: one of them at least. */
export const SupportContact = v.pipe(
  v.object({
    country: emptyAsNull(v.pipe(v.string(), v.toUpperCase(), v.regex(/^[A-Z]{2}$/))),
    kind: v.picklist(SUPPORT_KINDS),
    name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(120)),
    url: emptyAsNull(v.pipe(v.string(), v.maxLength(500), v.regex(/^https?:\/\/\S+$/))),
    phone: emptyAsNull(v.pipe(v.string(), v.regex(/^[0-9+() /*#-]{3,40}$/))),
    languages: v.pipe(
      v.optional(v.string(), ''),
      v.transform((text) => text.split(/[\s,،]+/).filter(Boolean)),
      v.array(v.pipe(v.string(), v.toLowerCase(), v.regex(/^[a-z]{2,3}$/))),
      v.maxLength(20)
    ),
    position: v.pipe(v.optional(v.string(), '100'), v.regex(/^\d{1,4}$/), v.transform(Number)),
    ...v.entriesFromList(
      LOCALES.map((locale) => `what_${locale}` as const),
      v.pipe(v.optional(v.string(), ''), v.trim(), v.maxLength(400))
    )
  }),
  v.transform(({ country, kind, name, url, phone, languages, position, ...words }) => {
    const what = Object.fromEntries(LOCALES.map((locale) => [locale, words[`what_${locale}`]]).filter(([, text]) => text));
    return { country, kind, name, url, phone, languages, position, what: what as Record<string, string> };
  }),
  v.check(({ what }) => Object.keys(what).length > 0),
  v.check(({ url, phone }) => url !== null || phone !== null)
);
export type SupportContact = v.InferOutput<typeof SupportContact>;

export const ContactNamed = v.object({ contactId: idOf<SupportContactId>() });
export type ContactNamed = v.InferOutput<typeof ContactNamed>;
