import type { Handle, HandleServerError, ServerInit } from '@sveltejs/kit';
import { sequence } from '@sveltejs/kit/hooks';
import { openDeps } from '#engines/engines.server.ts';
import { fillLanguage, requestLocale } from '#i18n/document.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import type { Deps } from '#platform/deps.server.ts';
import { readEnv } from '#platform/env.ts';
import { openQueue } from '#platform/jobs.server.ts';
import { describeError, log } from '#platform/log.ts';
import { compressPages } from '#web/compress-pages.server.ts';
import { handleLocals } from '#web/locals.server.ts';

/** One for the process; holds no state of a person. */
let deps: Deps;

export const init: ServerInit = async () => {
  const env = readEnv();
  const db = openDatabase(env.DATABASE_URL);
  await openQueue(db);
  deps = openDeps(env, db);
};

/** What nobody expected: the log learns where it was, the reader that nothing is lost; a message could quote what somebody typed. */
export const handleError: HandleServerError = ({ error, status, event }) => {
  if (status !== 404) log('error', 'page_failed', { route: event.route.id, ...describeError(error) });
  return { message: status === 404 ? 'not_found' : 'unexpected', ...(status === 404 && { code: 'not_found' as const }) };
};

const language: Handle = ({ event, resolve }) => {
  const locale = requestLocale(event);
  return resolve(event, { transformPageChunk: ({ html }) => fillLanguage(html, locale) });
};

export const handle = sequence(
  compressPages,
  language,
  handleLocals(() => deps)
);
