import { storeConsentTexts } from '../src/modules/consent/store-consent-texts.server.ts';
import { migrate } from '../src/platform/migrate.server.ts';

/** `npm run migrate`: brings the database at DATABASE_OWNER_URL up to date. */
const ownerUrl = process.env.DATABASE_OWNER_URL;
try {
  if (!ownerUrl) throw new Error('DATABASE_OWNER_URL is missing: the login that owns the schemas (postgres).');
  const applied = await migrate(ownerUrl);
  await storeConsentTexts(ownerUrl);
  console.log(applied.length ? `Applied: ${applied.join(', ')}` : 'Nothing to apply: the database is up to date.');
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
