import path from 'node:path';
import type { Db } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import type { Env } from '#platform/env.ts';
import { s3PlaceOf } from '#platform/s3.server.ts';
import type { SearchIndex } from './index/port.ts';
import { openSearchIndex } from './search-index.server.ts';
import { diskStore } from './store/disk.server.ts';
import type { MediaStore } from './store/port.ts';
import { s3Store } from './store/s3.server.ts';
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
    store: openStore(env),
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

function openStore(env: Env): MediaStore {
  const place = s3PlaceOf(env);
  return place ? s3Store(place, env) : diskStore(path.join(env.SAWT_DATA, 'media'));
}

/** What use cases are given in the web, with the adapters that the environment names. */
export function openDeps(env: Env, db: Db): Deps {
  const { store, index } = openEngines(env, db);
  return { env, db, store, index };
}
