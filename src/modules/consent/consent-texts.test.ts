import { afterAll, expect, it } from 'vitest';
import { LOCALES } from '#i18n/locale.ts';
import { testDatabase } from '#tests/database.ts';
import { QUESTIONS } from './rules.ts';
import { storeConsentTexts } from './store-consent-texts.server.ts';
import { CONSENT_TEXTS, TEXT_VERSION, textSha256 } from './texts.server.ts';

const database = await testDatabase();
afterAll(database.close);

it.each(LOCALES)('R5 says who, what for and the worst case of every use and trait: %s', (locale) => {
  const { questions, before } = CONSENT_TEXTS[locale];
  expect(Object.keys(questions)).toEqual([...QUESTIONS]);
  for (const question of QUESTIONS) {
    expect(Object.keys(questions[question])).toEqual(['question', 'who', 'what', 'worst']);
    for (const text of Object.values(questions[question])) expect(text.length).toBeGreaterThan(10);
  }
  // R14, R15, R25 and the reach of the internet come before anything is told.
  expect(before.map(({ id }) => id)).toEqual(['happens', 'promises', 'filmed', 'earlier', 'internet', 'storage']);
});

/** What each of these may not leave unsaid, in the words of either language. */
const SAID_BEFORE = {
  filmed: /محكمة.*محام|court.*lawyer/s,
  earlier: /رفع الملف.*الرابط|uploading the file.*link/s,
  promises: /لا نَعِد بعدالة ولا بلجوء ولا بمال|no justice, no asylum and no money/
};
it.each(['ar', 'en'] as const)(
  'R14 R15 R25 warns before anything is recorded, asks what was told before, and promises nothing: %s',
  (locale) => {
    for (const [part, words] of Object.entries(SAID_BEFORE))
      expect(CONSENT_TEXTS[locale].before.find(({ id }) => id === part)!.text, part).toMatch(words);
  }
);

it('R8 stores the exact words, and the hash in the database is that of the source', async () => {
  await storeConsentTexts(database.ownerUrl);
  await storeConsentTexts(database.ownerUrl);
  const rows = await database.sql<{ language: string; version: number; sha256: string; body: unknown }>(
    'select language, version, sha256, body from consent_text order by language'
  );
  expect(rows.map(({ language, version }) => ({ language, version }))).toEqual(
    LOCALES.map((language) => ({ language, version: TEXT_VERSION }))
  );
  for (const { language, sha256, body } of rows) {
    expect(sha256).toBe(textSha256(CONSENT_TEXTS[language as 'ar']));
    expect(textSha256(body)).toBe(sha256);
  }
});

it('R8 refuses to go on when the words of a stored version were changed', async () => {
  await database.sql(`update consent_text set sha256 = repeat('0', 64) where language = 'ar'`);
  await expect(storeConsentTexts(database.ownerUrl)).rejects.toThrow('TEXT_VERSION');
});
