import type { Db } from '#platform/db.server.ts';
import type { Env } from '#platform/env.ts';
import { withFallback } from './index/fallback.server.ts';
import { meilisearchIndex } from './index/meilisearch.server.ts';
import type { SearchIndex } from './index/port.ts';
import { postgresIndex } from './index/postgres.server.ts';

type Settings = Pick<Env, 'MEILI_URL' | 'MEILI_KEY' | 'MEILI_SEARCH_KEY' | 'MEILI_VERSION_KEY'>;

/** The search index that the settings name: Postgres, or Meilisearch with Postgres behind it. `db` is the process's own login. */
export function openSearchIndex(settings: Settings, db: Db): SearchIndex {
  return eachSearchIndex(settings, db).at(-1)!;
}

/** Each index by itself, for rebuilding one of them. */
export function eachSearchIndex(settings: Settings, db: Db): SearchIndex[] {
  const { MEILI_URL: url, MEILI_KEY: key, MEILI_SEARCH_KEY: searchKey, MEILI_VERSION_KEY: versionKey } = settings;
  const postgres = postgresIndex({ db });
  return url ? [postgres, withFallback(meilisearchIndex({ db, url, key, searchKey, versionKey }), postgres)] : [postgres];
}
