import {
  Meilisearch,
  MeilisearchApiError,
  MeilisearchError,
  MeilisearchRequestTimeOutError,
  MeilisearchTaskTimeOutError,
  type EnqueuedTask
} from 'meilisearch';
import * as v from 'valibot';
import { DomainError } from '#platform/errors.ts';
import { settingsToChange } from './meilisearch-settings.ts';

/** Milliseconds: for one request that changes something, and until its task is done; the job tries again what took longer. */
export const SEND_LIMIT = 30_000;
const TASK_LIMIT = 120_000;
const ASK_EVERY = 20;

/**
 * Answers come as they are: the server sends what it compresses in pieces, each of which waits for the one before to be acknowledged,
 * some 40 ms on many systems, to spare a few kilobytes.
 */
export function connect(url: string, key: string | undefined, timeout: number): Meilisearch {
  return new Meilisearch({ host: url, timeout, requestInit: { headers: { 'accept-encoding': 'identity' } }, ...(key && { apiKey: key }) });
}

const RawIndex = v.object({ createdAt: v.string() });

/** When the server made the index of this name; null where there is none. */
export async function madeAt(client: Meilisearch, uid: string): Promise<string | null> {
  try {
    return v.parse(RawIndex, await client.getRawIndex(uid)).createdAt;
  } catch (error) {
    if (codeOf(error) === 'index_not_found') return null;
    throw error;
  }
}

/** An empty index with our rules. @returns when the server made it */
export async function createIndex(client: Meilisearch, uid: string): Promise<string> {
  await done(client, [await client.createIndex(uid, { primaryKey: 'id' })]);
  await applySettings(client, uid);
  return (await madeAt(client, uid))!;
}

/** Tells the server the rules that it has otherwise. @returns whether there were any */
export async function applySettings(client: Meilisearch, uid: string): Promise<boolean> {
  const changed = settingsToChange((await client.index(uid).getSettings()) as Record<string, unknown>);
  if (!Object.keys(changed).length) return false;
  await done(client, [await client.index(uid).updateSettings(changed)]);
  return true;
}

/**
 * Waits until all tasks have succeeded.
 * @throws DomainError `engine_refused` with the server's code as `reason`, such as `no_space_left_on_device`; whatever keeps it from
 *   saying so
 */
export async function done(client: Meilisearch, tasks: readonly EnqueuedTask[]): Promise<void> {
  for (const { status, error } of await client.tasks.waitForTasks(tasks, { timeout: TASK_LIMIT, interval: ASK_EVERY }))
    if (status !== 'succeeded') throw new DomainError('engine_refused', { reason: error?.code ?? status });
}

/**
 * Whatever keeps the server from answering as one refusal: `engine_down`, whose `reason` is `slow` or `down`, and whose `code` is the
 * server's own where it gave one. Other errors stay what they are.
 */
export async function reached<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isSlow(error)) throw new DomainError('engine_down', { reason: 'slow' });
    const notItsAnswer = error instanceof SyntaxError || v.isValiError(error);
    const code = codeOf(error);
    if (error instanceof MeilisearchError || notItsAnswer) throw new DomainError('engine_down', { reason: 'down', ...(code && { code }) });
    throw error;
  }
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof MeilisearchApiError ? error.cause?.code : undefined;
}

function isSlow(error: unknown): boolean {
  if (error instanceof MeilisearchTaskTimeOutError) return true;
  const cause = error instanceof MeilisearchError ? error.cause : undefined;
  return [error, cause].some((one) => one instanceof MeilisearchRequestTimeOutError);
}
