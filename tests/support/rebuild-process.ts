// A rebuild of a search index in a process of its own, to be killed: rebuild-process.ts DATABASE_URL MEILI_URL KEY NAME.
import { meilisearchIndex } from '#engines/index/meilisearch.server.ts';
import { withFallback } from '#engines/index/fallback.server.ts';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { openDatabase } from '#platform/db.server.ts';

const [database, url, key, name] = process.argv.slice(2) as [string, string, string, string];
const db = openDatabase(database, 3);
await reindexArchive({ db, index: withFallback(meilisearchIndex({ db, url, key, name }), postgresIndex({ db })) });
await db.destroy();
