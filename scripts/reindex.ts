// Rebuilds the search indexes from the editions while the archive stays up: `npm run reindex`, or one of them: `npm run reindex meilisearch`.
import { eachSearchIndex } from '#engines/search-index.server.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import { readEnv } from '#platform/env.ts';

const env = readEnv();
const db = openDatabase(env.DATABASE_WORKER_URL ?? env.DATABASE_URL, 2);
const wanted = process.argv.slice(2);
const indexes = eachSearchIndex(env, db).filter(({ name }) => !wanted.length || wanted.includes(name));
if (!indexes.length) {
  console.error(
    `There is no such index here. Known: ${eachSearchIndex(env, db)
      .map(({ name }) => name)
      .join(', ')}.`
  );
  process.exitCode = 1;
}
try {
  for (const index of indexes) {
    const begun = Date.now();
    const passages = await reindexArchive({ db, index });
    console.log(`${index.name}: ${passages} passages in ${((Date.now() - begun) / 1000).toFixed(1)} s`);
  }
} finally {
  await db.destroy();
}
