import type { Handle, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { openDeps } from '#engines/engines.server.ts';
import { fillLanguage, requestLocale } from '#i18n/document.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { readEnv } from '#platform/env.ts';
import { openQueue } from '#platform/jobs.server.ts';
import { handleLocals } from '#web/locals.server.ts';

/** One for the process; holds no state of a person. */
let deps: Deps;

export const init: ServerInit = async () => {
  const env = readEnv();
  const db = openDatabase(env.DATABASE_URL);
  await openQueue(db);
  deps = openDeps(env, db);
};

const language: Handle = ({ event, resolve }) => {
  const locale = requestLocale(event);
  return resolve(event, { transformPageChunk: ({ html }) => fillLanguage(html, locale) });
};

export const handle = sequence(
  language,
  handleLocals(() => deps)
);
