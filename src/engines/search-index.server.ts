import type { Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { withFallback } from './index/fallback.server.ts';
import { meilisearchIndex } from './index/meilisearch.server.ts';
import type { SearchIndex } from './index/port.ts';
import { postgresIndex } from './index/postgres.server.ts';

type Settings = Pick<Env, 'MEILI_URL' | 'MEILI_KEY'>;

/** The search index that the settings name: Postgres, or Meilisearch with Postgres behind it. `db` is the process's own login. */
export function openSearchIndex({ MEILI_URL, MEILI_KEY }: Settings, db: Db): SearchIndex {
  const postgres = postgresIndex({ db });
  return MEILI_URL ? withFallback(meilisearchIndex({ url: MEILI_URL, key: MEILI_KEY }), postgres) : postgres;
}

/** Each index by itself, for rebuilding one of them. */
export function eachSearchIndex({ MEILI_URL, MEILI_KEY }: Settings, db: Db): SearchIndex[] {
  const postgres = postgresIndex({ db });
  return MEILI_URL ? [postgres, withFallback(meilisearchIndex({ url: MEILI_URL, key: MEILI_KEY }), postgres)] : [postgres];
}
