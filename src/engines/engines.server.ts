import path from 'node:path';
import type { Db } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { Env } from '#platform/env.ts';
import { openSearchIndex } from './search-index.server.ts';
import { diskStore } from './store/disk.server.ts';

/** What use cases are given, with the adapters that the settings name. `db` is the process's own login. */
export function openDeps(env: Env, db: Db): Deps {
  return { env, db, store: diskStore(path.join(env.SAWT_DATA, 'media')), index: openSearchIndex(env, db) };
}
