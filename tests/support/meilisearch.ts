import { randomUUID } from 'node:crypto';
import { Meilisearch } from 'meilisearch';
import { withFallback } from '#engines/index/fallback.server.ts';
import { makeSearchKeys, type SearchKeys } from '#engines/index/meilisearch-keys.server.ts';
import { meilisearchIndex } from '#engines/index/meilisearch.server.ts';
import type { SearchIndex } from '#engines/index/port.ts';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import type { Db } from '#platform/db.server.ts';

/** A corner of the server at MEILI_URL, with the keys that an archive there would have, made by its MEILI_MASTER_KEY. */
export type Corner = {
  url: string;
  name: string;
  keys: SearchKeys;
  master: Meilisearch;
  /** As the web has it. @param url where it is said to be: a proxy in between */
  forWeb: (db: Db, url?: string) => SearchIndex;
  /** As a worker has it. */
  forWorker: (db: Db, url?: string) => SearchIndex;
  /** The indexes that are there. */
  indexes: () => Promise<string[]>;
  clear: () => Promise<void>;
};

export async function cornerOf(url: string, masterKey: string, name = `test-${randomUUID().slice(0, 8)}`): Promise<Corner> {
  const master = new Meilisearch({ host: url, apiKey: masterKey });
  const keys = await makeSearchKeys({ url, masterKey, name });
  const indexes = async () =>
    (await master.getRawIndexes({ limit: 1_000 })).results.map(({ uid }) => uid).filter((uid) => uid.startsWith(name));
  return {
    url,
    name,
    keys,
    master,
    indexes,
    forWeb: (db, at = url) => withFallback(meilisearchIndex({ db, url: at, searchKey: keys.web, name }), postgresIndex({ db })),
    forWorker: (db, at = url) =>
      withFallback(meilisearchIndex({ db, url: at, key: keys.worker, versionKey: keys.version, name }), postgresIndex({ db })),
    clear: async () => {
      for (const uid of await indexes()) await master.deleteIndexIfExists(uid);
      for (const key of Object.values(keys)) await master.deleteKey(key);
    }
  };
}
