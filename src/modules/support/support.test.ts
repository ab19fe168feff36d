import * as v from 'valibot';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { addContact, changeContact, removeContact } from './keep-contacts.server.ts';
import { listContacts, readSupport } from './read-contacts.server.ts';
import { SupportContact } from './schema.ts';

const database = await testDatabase();
const { db, sql } = database;
const deps = { db };
afterAll(database.close);

const form = {
  country: ' tr ',
  kind: 'care',
  name: 'An invented house',
  url: 'https://example.org/',
  phone: '',
  languages: 'AR، tr',
  position: '5',
  what_ar: 'دعم',
  what_en: ''
};
const contact = v.parse(SupportContact, form);

it('R20 begins with organisations that exist, each with what it does in Arabic and English', async () => {
  const contacts = await listContacts(deps);
  expect(contacts.map(({ country, name }) => [country, name])).toEqual([
    [null, 'IRCT'],
    [null, 'ECCHR'],
    ['DE', 'Zentrum ÜBERLEBEN'],
    ['FR', 'Centre Primo Levi'],
    ['GB', 'Freedom from Torture'],
    ['JO', 'Center for Victims of Torture'],
    ['LB', 'Restart Center']
  ]);
  for (const { what, url, phone } of contacts)
    expect([Object.keys(what), url?.startsWith('https://'), phone]).toEqual([['ar', 'en'], true, null]);
});

it('R20 names those near, those everywhere and legal help apart, in the reader’s language or in the one there is', async () => {
  const admin = await staff(sql, ['admin']);
  await addContact(deps, admin, contact);
  const { everywhere, legal, countries } = await readSupport(deps, 'en');
  expect(everywhere.map(({ name }) => name)).toEqual(['IRCT']);
  expect(legal.map(({ name }) => name)).toEqual(['ECCHR']);
  expect(countries.map(({ country }) => country)).toEqual(['DE', 'FR', 'GB', 'JO', 'LB', 'TR']);
  expect(countries.at(-1)!.helpers).toMatchObject([
    { name: 'An invented house', what: 'دعم', whatLanguage: 'ar', languages: ['ar', 'tr'] }
  ]);

  const { id } = (await listContacts(deps)).find(({ country }) => country === 'TR')!;
  await changeContact(deps, admin, { contactId: id }, { ...contact, what: { ar: 'دعم', en: 'Support' }, phone: '+90 1' });
  expect((await readSupport(deps, 'en')).countries.at(-1)!.helpers).toMatchObject([
    { what: 'Support', whatLanguage: 'en', phone: '+90 1' }
  ]);
  expect((await readSupport(deps, 'tr')).countries.at(-1)!.helpers, 'in the working language that its readers are shown').toMatchObject([
    { what: 'Support', whatLanguage: 'en' }
  ]);
  await removeContact(deps, admin, { contactId: id });
  expect((await readSupport(deps, 'en')).countries.at(-1)!.country).toBe('LB');
});

it('R20 lets nobody but an admin say who helps', async () => {
  const [{ id }] = (await listContacts(deps)) as [Awaited<ReturnType<typeof listContacts>>[number]];
  for (const other of [await staff(sql, ['reviewer']), await staff(sql, ['custodian'])]) {
    for (const change of [
      () => addContact(deps, other, contact),
      () => changeContact(deps, other, { contactId: id }, contact),
      () => removeContact(deps, other, { contactId: id })
    ])
      await expect(change()).rejects.toMatchObject({ code: 'not_found' });
  }
});

it.each([
  ['a script for an address', { url: 'javascript:alert(1)' }],
  ['neither an address nor a number', { url: '', phone: '' }],
  ['words for a number', { phone: 'call me' }],
  ['no word of what it does', { what_ar: ' ' }],
  ['a country that is none', { country: 'Turkey' }]
])('refuses a contact with %s', (_what, wrong) => {
  expect(v.safeParse(SupportContact, { ...form, ...wrong }).success).toBe(false);
});
