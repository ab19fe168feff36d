import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { addFacility, changeFacility } from './keep-facilities.server.ts';
import { addTheme, changeTheme } from './keep-themes.server.ts';
import { listVocabulary } from './list-vocabulary.server.ts';
import { slugFor } from './rules.ts';

const database = await testDatabase();
const { db, sql } = database;
afterAll(database.close);

const place = { nameAr: 'بيت الرمل', nameEn: 'Bayt al-Raml', aliases: ['Beit Raml'], latitude: null, longitude: null };

it('adds a place once under each address, and changes all but the address', async () => {
  const admin = await staff(sql, ['admin']);
  await addFacility({ db }, admin, place);
  await addFacility({ db }, admin, place);
  const { facilities } = await listVocabulary({ db }, admin);
  expect(facilities.map(({ slug }) => slug).toSorted()).toEqual(['bayt-al-raml', 'bayt-al-raml-2']);
  await changeFacility({ db }, admin, { ...place, id: facilities[0]!.id, nameEn: 'Sand House', latitude: 33.5, longitude: 36.3 });
  const changed = (await listVocabulary({ db }, admin)).facilities.find(({ id }) => id === facilities[0]!.id);
  expect(changed).toMatchObject({ slug: facilities[0]!.slug, nameEn: 'Sand House', latitude: 33.5 });
});

it('lets reviewers and admins keep the vocabulary, and nobody else', async () => {
  const reviewer = await staff(sql, ['reviewer']);
  await addTheme({ db }, reviewer, { nameAr: 'الخبز', nameEn: 'Bread' });
  const [theme] = (await listVocabulary({ db }, reviewer)).themes;
  for (const role of ['linguist', 'custodian', 'reader'] as const) {
    const other = await staff(sql, [role]);
    await expect(addTheme({ db }, other, { nameAr: 'x', nameEn: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(changeTheme({ db }, other, { ...theme!, nameEn: 'x' })).rejects.toMatchObject({ code: 'not_found' });
    await expect(addFacility({ db }, other, place)).rejects.toMatchObject({ code: 'not_found' });
  }
});

it('writes addresses in small ASCII letters, whatever the name', () => {
  expect(slugFor('Château-d’Eau (old)', new Set())).toBe('chateau-d-eau-old');
  expect(slugFor('بيت', new Set(['place']))).toBe('place-2');
  expect(slugFor('x'.repeat(200), new Set())).toHaveLength(70);
});
