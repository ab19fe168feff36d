import { createHash, randomUUID } from 'node:crypto';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { sql as expression } from 'kysely';
import { openEngines } from '#engines/engines.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import type { SpokenSegment, Transcriber } from '#engines/transcriber/port.ts';
import { addRedaction } from '#modules/redaction/add-redaction.server.ts';
import { openEditList } from '#modules/redaction/open-edit-list.server.ts';
import type { Edit } from '#modules/media/edit-times.ts';
import { sealEditList } from '#modules/redaction/seal-edit-list.server.ts';
import { answerEdition } from '#modules/publication/answer-edition.server.ts';
import { approveTestimony } from '#modules/review/approve-testimony.server.ts';
import type { Account } from '#platform/actor.ts';
import { asActor, asSystem } from '#platform/db.server.ts';
import { enqueue } from '#platform/jobs.server.ts';
import { mailerOf } from '#platform/mail.server.ts';
import type { EditListId, RecordingId, TestimonyId } from '#platform/ids.ts';
import type { WorkerDeps } from '#worker/handler.ts';
import type { TestDatabase } from '../database.ts';
import { testEnv } from './telling.ts';
import { answer, assessed, staff, type Answers } from './testimony-fixtures.ts';

export type TestWorkplace = { deps: WorkerDeps; folder: string; remove: () => Promise<void> };

/** A worker's parts over a database and a media folder of one's own; without speech engines unless given. */
export async function workplace(
  { webUrl, workerUrl, workerDb }: TestDatabase,
  engines: Partial<Pick<WorkerDeps, 'transcriber' | 'translator' | 'mailer'>> = {}
): Promise<TestWorkplace> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-worker-'));
  const env = testEnv({ webUrl, workerUrl, dataDir: folder });
  return {
    deps: { env, db: workerDb, ...openEngines(env, workerDb), mailer: mailerOf(env), ...engines },
    folder,
    remove: () => rm(folder, { recursive: true, force: true })
  };
}

/** A file somebody handed over, as the uploads handler leaves it: in the store, announced, with the job that begins the rest. */
export async function handedOver(
  { sql, workerDb }: TestDatabase,
  { deps, folder }: TestWorkplace,
  file: string,
  { language = 'en', answers = {}, kind = 'audio' }: { language?: string; answers?: Answers; kind?: 'audio' | 'video' } = {}
): Promise<{ testimonyId: TestimonyId; recordingId: RecordingId }> {
  const recordingId = randomUUID() as RecordingId;
  const testimonyId = randomUUID() as TestimonyId;
  const content = await readFile(file);
  const copy = path.join(folder, recordingId);
  await copyFile(file, copy);
  await deps.store.adoptFile(`recordings/${recordingId}`, copy);
  await sql(`insert into testimony (id, language, medium, state) values ($1, $2, $3, 'submitted')`, [testimonyId, language, kind]);
  await answer(sql, testimonyId, answers);
  await sql(
    `insert into recording (id, testimony_id, position, state, kind, media_type, bytes, sha256, store_key, received_at)
     values ($1, $2, 1, 'received', $3, $4, $5, $6, $7, now())`,
    [
      recordingId,
      testimonyId,
      kind,
      `${kind}/mp4`,
      Math.max(1, content.length),
      createHash('sha256').update(content).digest('hex'),
      `recordings/${recordingId}`
    ]
  );
  await asSystem(workerDb, (tx) => enqueue(tx, 'verify-recording', { recordingId }));
  return { testimonyId, recordingId };
}

/** A transcriber that hears the same words in every recording, whatever is said: for tests of what is done with them. */
export function transcriberHearing(segments: SpokenSegment[], english: SpokenSegment[] = segments): Transcriber {
  return {
    transcribe: async () => ({ language: 'en', segments }),
    translateToEnglish: async () => ({ language: 'en', segments: english }),
    languages: async () => ['ar', 'en'],
    health: async () => ({ ready: true, model: 'always-the-same', translates: true })
  };
}

export type Told = { testimonyId: TestimonyId; recordingId: RecordingId };

/** Two reviewers take a testimony in; the first redacts it and seals the list, which has it rendered. */
export async function sealed(
  { db, sql }: TestDatabase,
  { testimonyId, recordingId }: Told,
  edits: readonly Edit[]
): Promise<{ editListId: EditListId; reviewers: [Account, Account] }> {
  const reviewers: [Account, Account] = [await staff(sql, ['reviewer']), await staff(sql, ['reviewer'])];
  await asActor(db, reviewers[0], (tx) => tx.updateTable('testimony').set({ state: 'in_review' }).where('id', '=', testimonyId).execute());
  for (const edit of edits) await addRedaction({ db }, reviewers[0], { testimonyId, recordingId, ...edit, reason: 'third_party' });
  const editListId = await openEditList({ db }, reviewers[0], { testimonyId });
  await sealEditList({ db }, reviewers[0], { testimonyId, editListId });
  return { editListId, reviewers };
}

/** The person says yes to what they are shown, and both approve what they watched, which starts the cooling-off. */
export async function approvedByBoth(
  { db, sql }: TestDatabase,
  testimonyId: TestimonyId,
  { editListId, reviewers }: { editListId: EditListId; reviewers: readonly Account[] }
): Promise<void> {
  await saysYes({ db }, testimonyId);
  await assessed(sql, { id: testimonyId }, reviewers[0]!);
  for (const reviewer of reviewers)
    await approveTestimony({ db }, reviewer, { testimonyId, editListId, reason: 'Watched from its beginning to its end.' });
}

/** The person says yes to the public version as it is now. */
export async function saysYes({ db }: Pick<TestDatabase, 'db'>, testimonyId: TestimonyId): Promise<void> {
  const contributor = { kind: 'contributor' as const, testimonyId };
  const { id, shown } = await asActor(db, contributor, (tx) =>
    tx
      .selectFrom('testimony')
      .select(['edit_list_id as id', expression<string>`app.edition_shown(id)`.as('shown')])
      .executeTakeFirstOrThrow()
  );
  await answerEdition({ db }, contributor, { editListId: id as EditListId, shown, verdict: 'publish' });
}

/** Every key under a folder of the store, or all there are. */
export async function keysUnder(store: MediaStore, folder: string | null): Promise<string[]> {
  const keys: string[] = [];
  for await (const key of store.list(folder)) keys.push(key);
  return keys;
}
