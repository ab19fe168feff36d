import { workingLanguage, type Locale } from '#i18n/locale.ts';
import { VISITOR } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import type { SupportContactId } from '#platform/ids.ts';
import type { SupportContact } from './schema.ts';

export type Contact = SupportContact & { id: SupportContactId };

/** Everyone who helps, as the admin keeps them: by country, those that work in many first, then in their order. */
export function listContacts({ db }: { db: Db }): Promise<Contact[]> {
  return asActor(db, VISITOR, async (tx) => {
    const rows = await tx
      .selectFrom('support_contact')
      .select(['id', 'country', 'kind', 'name', 'url', 'phone', 'languages', 'what', 'position'])
      .orderBy('country', (order) => order.asc().nullsFirst())
      .orderBy('position')
      .orderBy('name')
      .execute();
    return rows.map((row) => ({ ...row, id: row.id as SupportContactId, what: row.what as Record<string, string> }));
  });
}

export type Helper = Omit<Contact, 'what' | 'position'> & { what: string; whatLanguage: string };
export type SupportPage = {
  /** Where nothing depends on a country: those that work in many, and crisis lines of everywhere. */
  everywhere: Helper[];
  legal: Helper[];
  countries: { country: string; helpers: Helper[] }[];
};

/** What the support page shows in one language. What was not written in it is shown in another, and says in which. */
export async function readSupport(deps: { db: Db }, locale: Locale): Promise<SupportPage> {
  const helpers = (await listContacts(deps)).map(({ what, position: _, ...contact }): Helper => {
    const whatLanguage = [locale, workingLanguage(locale)].find((language) => what[language]) ?? Object.keys(what)[0]!;
    return { ...contact, what: what[whatLanguage]!, whatLanguage };
  });
  const inCountries = helpers.filter(({ country }) => country !== null);
  return {
    everywhere: helpers.filter(({ country, kind }) => country === null && kind !== 'legal'),
    legal: helpers.filter(({ country, kind }) => country === null && kind === 'legal'),
    countries: [...Map.groupBy(inCountries, ({ country }) => country!)].map(([country, theirs]) => ({ country, helpers: theirs }))
  };
}
