import pg from 'pg';
import { LOCALES } from '#i18n/locale.ts';
import { CONSENT_TEXTS, TEXT_VERSION, textSha256 } from './texts.server.ts';

/**
 * Puts the questions as they are asked today beside the earlier versions; part of migrating. Answers refer to them.
 *
 * @param ownerUrl the login that owns the schema
 * @throws Error when the words of a version that is stored already were changed
 */
export async function storeConsentTexts(ownerUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    for (const language of LOCALES) {
      const sha256 = textSha256(CONSENT_TEXTS[language]);
      await client.query(
        'insert into public.consent_text (version, language, body, sha256) values ($1, $2, $3, $4) on conflict (version, language) do nothing',
        [TEXT_VERSION, language, JSON.stringify(CONSENT_TEXTS[language]), sha256]
      );
      const { rows } = await client.query<{ sha256: string }>(
        'select sha256 from public.consent_text where version = $1 and language = $2',
        [TEXT_VERSION, language]
      );
      if (rows[0]!.sha256 !== sha256)
        throw new Error(`The consent text (${language}) was changed: count up TEXT_VERSION in src/modules/consent/texts.server.ts.`);
    }
  } finally {
    await client.end();
  }
}
