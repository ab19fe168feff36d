import type { EnqueuedTask, Meilisearch } from 'meilisearch';
import * as v from 'valibot';
import { VISITOR } from '#platform/actor.ts';
import { asActor, asSystem, type Db, type Tx } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { build, deleteOthers, prefixOf } from './meilisearch-build.server.ts';
import { toDocuments } from './meilisearch-documents.ts';
import { answer } from './meilisearch-question.server.ts';
import { applySettings, codeOf, connect, done, madeAt, reached, SEND_LIMIT } from './meilisearch-server.server.ts';
import { isSupported } from './meilisearch-settings.ts';
import { note, readIndexes, readStanding, whileNothingSwaps } from './meilisearch-state.server.ts';
import type { IndexedEdition, SearchIndex } from './port.ts';

/** Milliseconds. A search that takes longer is Postgres' to answer. */
const SEARCH_LIMIT = 1_500;
/** Documents of one task: a few megabytes. */
const BATCH = 1_000;
/** Seconds that a change may take on its way into the index before Postgres, which has it already, answers in its place. */
const BEHIND_SECONDS = 10;
/** More testimonies than this cannot be left out of an answer. */
const MOST_UNWRITTEN = 100;

/** Meilisearch completes no words and knows no live consent: Postgres stands beside it (fallback.server.ts). */
export type MeilisearchIndex = Omit<SearchIndex, 'suggest'>;

export type MeilisearchAccess = {
  /** Of the process's own login: what is known of the server stands in Postgres. */
  db: Db;
  url: string;
  /** May write; only the worker has it. */
  key?: string;
  /** May search and nothing else; the web's. By default the other one. */
  searchKey?: string;
  /** May read the server's version and nothing else; by default the one that writes, which may where it is not bound to indexes. */
  versionKey?: string;
  /** Of the archive: its indexes' names begin so. One archive of several on a server has one of its own. */
  name?: string;
};

export function meilisearchIndex(access: MeilisearchAccess): MeilisearchIndex {
  const { db, url, key, searchKey = key, versionKey = key, name = 'passages' } = access;
  const searching = connect(url, searchKey, SEARCH_LIMIT);
  const client = connect(url, key, SEND_LIMIT);
  const parts = { db, client, name, asking: connect(url, versionKey, SEND_LIMIT) };

  return {
    name: 'meilisearch',

    replacePublication: (edition) =>
      write(parts, (uids) => reached(async () => (await Promise.all(uids.map((uid) => put(client, uid, edition)))).flat())),

    removeTestimony: (testimonyId) =>
      write(parts, (uids) =>
        reached(() => Promise.all(uids.map((uid) => client.index(uid).deleteDocuments({ filter: `testimonyId = "${testimonyId}"` }))))
      ),

    search: async (reader, ask) => {
      const { standing, query } = await asActor(db, reader, async (tx) => ({ standing: await answering(tx, name), query: await ask(tx) }));
      const from = ({ live, unwritten }: Answering) => reached(() => answer(searching, live, query, unwritten));
      try {
        return { engine: 'meilisearch', ...(await from(standing)) };
      } catch (error) {
        if (!(error instanceof DomainError) || error.detail.code !== 'index_not_found') throw error;
        // A new index may have taken the place of the one that was asked.
        const now = await asActor(db, reader, (tx) => answering(tx, name));
        if (now.live === standing.live) throw error;
        return { engine: 'meilisearch', ...(await from(now)) };
      }
    },

    health: async () => {
      const { live, trouble, version, refusal, building, waiting } = await asActor(db, VISITOR, (tx) => readStanding(tx, name));
      const seen = { engine: 'meilisearch' as const, version, building, waiting };
      if (!live || trouble) return { ...seen, ok: false, reason: trouble ?? 'unready' };
      try {
        // A search key may do this and nothing else.
        v.parse(v.object({ hits: v.array(v.unknown()) }), await searching.index(live).search('', { limit: 0 }));
        return { ...seen, ok: true, ...(refusal && { reason: refusal }) };
      } catch (error) {
        return { ...seen, ok: false, reason: codeOf(error) ?? 'unreachable' };
      }
    },

    check: () => reached(() => check(parts)),

    rebuild: (archive) =>
      reached(async () => {
        await checkVersion(parts);
        return build(parts, archive);
      })
  };
}

type Answering = { live: string; unwritten: readonly TestimonyId[] };

/** @throws DomainError `engine_down`: `unready` where no index is to be asked, `behind` where Postgres knows what it does not know */
async function answering(tx: Tx, name: string): Promise<Answering> {
  const { live, trouble, waiting, behindSeconds, unwritten } = await readStanding(tx, name);
  if (!live || trouble) throw new DomainError('engine_down', { reason: 'unready' });
  if (behindSeconds > BEHIND_SECONDS || waiting > MOST_UNWRITTEN) throw new DomainError('engine_down', { reason: 'behind' });
  return { live, unwritten };
}

type Parts = { db: Db; client: Meilisearch; asking: Meilisearch; name: string };

/**
 * @returns null where no key may read it: then answers alone say whether they are understood
 * @throws DomainError `engine_refused`
 */
async function checkVersion({ db, asking, name }: Parts): Promise<string | null> {
  try {
    const { pkgVersion: version } = await asking.getVersion();
    if (isSupported(version)) return version;
    await asSystem(db, (tx) => note(tx, name, { version, trouble: 'wrong_version' }));
  } catch (error) {
    if (codeOf(error) === 'invalid_api_key') return null;
    throw error;
  }
  throw new DomainError('engine_refused', { reason: 'wrong_version' });
}

async function check(parts: Parts): Promise<'ready' | 'rebuild'> {
  const { db, client, name } = parts;
  const version = await checkVersion(parts);
  const known = await asSystem(db, (tx) => readIndexes(tx, name));
  if (!known?.live) {
    await asSystem(db, (tx) => note(tx, name, { version, trouble: null }));
    return 'rebuild';
  }
  const there = (await madeAt(client, known.live)) === known.live_made;
  await asSystem(db, (tx) => note(tx, name, { version, trouble: there ? null : 'lost' }));
  if (!there || known.next || !known.live.startsWith(prefixOf(name))) return 'rebuild';
  await applySettings(client, known.live);
  await deleteOthers(client, name, known.live);
  return 'ready';
}

/**
 * Sends tasks to the index that answers and to the one being built, and waits for them. Without either there is nothing to write:
 * the build that will make one reads the editions after this.
 */
async function write(parts: Parts, send: (targets: string[]) => Promise<EnqueuedTask[]>): Promise<void> {
  const { db, client, name } = parts;
  try {
    const { tasks, refusal } = await whileNothingSwaps(db, name, async (tx) => {
      const { uids, refusal } = await targets(parts, tx);
      return { tasks: await send(uids), refusal };
    });
    await reached(() => done(client, tasks));
    if (refusal) await asSystem(db, (tx) => note(tx, name, { refusal: null }));
  } catch (error) {
    if (error instanceof DomainError)
      await asSystem(db, (tx) => note(tx, name, { refusal: String(error.detail.code ?? error.detail.reason) }));
    throw error;
  }
}

/** Those of our indexes that are there, as we made them: a write to one that was lost would make another of its name. */
async function targets({ client, name }: Parts, tx: Tx): Promise<{ uids: string[]; refusal: string | null }> {
  const known = await readIndexes(tx, name);
  if (!known) return { uids: [], refusal: null };
  if (known.trouble === 'wrong_version') throw new DomainError('engine_refused', { reason: 'wrong_version' });
  const isThere = async (uid: string | null, made: string | null) => uid && made && (await madeAt(client, uid)) === made;
  const [live, next] = await reached(() => Promise.all([isThere(known.live, known.live_made), isThere(known.next, known.next_made)]));
  if (known.live && !live) await note(tx, name, { trouble: 'lost' });
  return { uids: [live && known.live, next && known.next].filter((uid) => typeof uid === 'string'), refusal: known.refusal };
}

/** New passages first, then what was there before goes: the testimony is never missing. Tasks run in the order they are given. */
async function put(client: Meilisearch, uid: string, edition: IndexedEdition): Promise<EnqueuedTask[]> {
  const index = client.index(uid);
  const documents = toDocuments(edition);
  const tasks: EnqueuedTask[] = [];
  for (let at = 0; at < documents.length; at += BATCH) tasks.push(await index.addDocuments(documents.slice(at, at + BATCH)));
  const { testimonyId, publicationId, passages } = edition;
  const others = `publicationId != "${publicationId}" OR position >= ${passages.length}`;
  tasks.push(await index.deleteDocuments({ filter: `testimonyId = "${testimonyId}" AND (${others})` }));
  return tasks;
}
