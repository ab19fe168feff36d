import path from 'node:path';
import { sql } from 'kysely';
import type { Db } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { Env } from '#platform/env.ts';
import { s3PlaceOf } from '#platform/s3.server.ts';
import type { SearchIndex } from './index/port.ts';
import { openSearchIndex } from './search-index.server.ts';
import { diskStore } from './store/disk.server.ts';
import type { MediaStore } from './store/port.ts';
import { s3Store } from './store/s3.server.ts';
import { twoStores, type Alone } from './store/two-stores.server.ts';
import { openAiTranscriber } from './transcriber/openai-http.server.ts';
import type { Transcriber } from './transcriber/port.ts';
import { libreTranslator } from './translator/libretranslate-http.server.ts';
import type { Translator } from './translator/port.ts';

export type Engines = {
  store: MediaStore;
  index: SearchIndex;
  /** Null: no engine was named, and people write down what is said. */
  transcriber: Transcriber | null;
  translator: Translator | null;
};

/** The adapters that the environment names, chosen here and nowhere else. `db` is the process's own pool. */
export function openEngines(env: Env, db: Db): Engines {
  return {
    store: openStore(env, db),
    index: openSearchIndex(env, db),
    transcriber: openTranscriber(env),
    translator: openTranslator(env)
  };
}

export function openTranscriber(env: Env): Transcriber | null {
  const { TRANSCRIBER_URL: url, TRANSCRIBER_KEY: key, TRANSCRIBER_MODEL: model, TRANSCRIBER_LANGUAGES: languages } = env;
  return url ? openAiTranscriber({ url, key, model, languages }) : null;
}

export function openTranslator(env: Env): Translator | null {
  const { TRANSLATOR_URL: url, TRANSLATOR_KEY: key, TRANSLATOR_LANGUAGES: directions } = env;
  return url ? libreTranslator({ url, key, directions }) : null;
}

/**
 * Where media lie, and where they may still lie from before the archive changed its store: a bucket and this disk are both there as
 * soon as a bucket is named, and `MEDIA_STORE` says which of them new media go to (the bucket, unless it says so).
 */
export function openStores(env: Env): { here: MediaStore; before: MediaStore | null } {
  const disk = diskStore(path.join(env.SAWT_DATA, 'media'));
  const place = s3PlaceOf(env);
  if (!place) return { here: disk, before: null };
  const bucket = s3Store(place, env);
  return env.MEDIA_STORE === 'disk' ? { here: disk, before: bucket } : { here: bucket, before: disk };
}

function openStore(env: Env, db: Db): MediaStore {
  const { here, before } = openStores(env);
  return before ? twoStores({ here, before, alone: aloneWithKey(db) }) : here;
}

/** Nobody else works on the same key in any process meanwhile. */
export function aloneWithKey(db: Db): Alone {
  return (key, work) =>
    db.transaction().execute(async (tx) => {
      await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
      return work();
    });
}

/** What use cases are given in the web, with the adapters that the environment names. */
export function openDeps(env: Env, db: Db): Deps {
  const { store, index } = openEngines(env, db);
  return { env, db, store, index };
}
