import type { EnqueuedTask, Meilisearch } from 'meilisearch';
import { randomBytes, randomUUID } from 'node:crypto';
import type { Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { toDocuments, type PassageDocument } from './meilisearch-documents.ts';
import { applySettings, createIndex, done, madeAt } from './meilisearch-server.server.ts';
import { FORMAT } from './meilisearch-settings.ts';
import { HOLD_SECONDS, holdBuild, letGo, noteProgress, swap, type Build } from './meilisearch-state.server.ts';
import type { Archive } from './port.ts';

/** Documents of one task: a few megabytes. */
const BATCH = 1_000;
/** Tasks given to the server before they are waited for; it joins them. */
const MOST_UNDER_WAY = 10;

type Parts = { db: Db; client: Meilisearch; name: string };

/** Of this archive and of this format of its documents. */
export const prefixOf = (name: string) => `${name}_${FORMAT}_`;

/**
 * Builds an index beside the one that answers and puts it in its place. How far it has come stands in Postgres: a build that was
 * killed is taken up by whoever asks for one next.
 * @returns how many passages it holds
 * @throws DomainError `engine_busy`: another process is building; `engine_refused`: the server would not, or has lost what was built
 */
export async function build({ db, client, name }: Parts, archive: Archive): Promise<number> {
  const holder = randomUUID();
  const next = await holdBuild(
    db,
    name,
    holder,
    async () => ({ uid: prefixOf(name) + randomBytes(4).toString('hex'), from: await archive.now() }),
    async ({ uid, made }) => uid.startsWith(prefixOf(name)) && (await madeAt(client, uid)) === made
  );
  const alive = setInterval(() => void noteProgress(db, name, holder).catch(() => undefined), (HOLD_SECONDS * 1000) / 3);
  try {
    const made = await prepared({ db, client, name }, next, holder);
    await fill({ db, client, name }, next, archive, holder);
    await archive.writeChanged(next.from);
    // Deleted and made anew by one of our own writes in the meantime: that is not what was built.
    if ((await madeAt(client, next.uid)) !== made) throw new DomainError('engine_refused', { reason: 'index_not_found' });
    const { numberOfDocuments } = await client.index(next.uid).getStats();
    await swap(db, name, holder);
    await deleteOthers(client, name, next.uid);
    return numberOfDocuments;
  } catch (error) {
    await letGo(db, name, holder);
    throw error;
  } finally {
    clearInterval(alive);
  }
}

async function prepared({ db, client, name }: Parts, next: Build, holder: string): Promise<string> {
  if (next.made) {
    await applySettings(client, next.uid);
    return next.made;
  }
  const made = await createIndex(client, next.uid);
  await noteProgress(db, name, holder, { next_made: made });
  return made;
}

/** From the testimony on that the last holder had come to. */
async function fill({ db, client, name }: Parts, { uid, after }: Build, archive: Archive, holder: string): Promise<void> {
  const index = client.index(uid);
  let waiting: PassageDocument[] = [];
  let last: TestimonyId | null = null;
  const tasks: EnqueuedTask[] = [];
  const send = async (most: number) => {
    if (waiting.length) tasks.push(await index.addDocuments(waiting));
    waiting = [];
    if (tasks.length <= most) return;
    await done(client, tasks.splice(0));
    if (last) await noteProgress(db, name, holder, { next_after: last });
  };
  for await (const edition of archive.editions(after)) {
    waiting.push(...toDocuments(edition));
    last = edition.testimonyId;
    if (waiting.length >= BATCH) await send(MOST_UNDER_WAY);
  }
  await send(0);
}

/** What killed builds and older formats have left of this archive. */
export async function deleteOthers(client: Meilisearch, name: string, live: string): Promise<void> {
  const { results } = await client.getRawIndexes({ limit: 1_000 });
  const ours = new RegExp(`^${name}_\\d+_[0-9a-f]{8}$`);
  for (const { uid } of results) if (uid !== live && ours.test(uid)) await done(client, [await client.deleteIndex(uid)]);
}
