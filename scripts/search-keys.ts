// Makes the keys of an archive on a Meilisearch server: `MEILI_URL=… MEILI_MASTER_KEY=… npm run search-keys`. The master key is used
// here once; web and worker never see it.
import { makeSearchKeys } from '#engines/index/meilisearch-keys.server.ts';

const { MEILI_URL: url, MEILI_MASTER_KEY: masterKey } = process.env;
try {
  if (!url || !masterKey)
    throw new Error('MEILI_URL and MEILI_MASTER_KEY are needed: where Meilisearch is, and the key it was started with.');
  const { web, worker, version } = await makeSearchKeys({ url, masterKey });
  console.log(`# for the web: may search
MEILI_SEARCH_KEY=${web}
# for the worker: may write our indexes; may read which version the server is
MEILI_KEY=${worker}
MEILI_VERSION_KEY=${version}`);
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
