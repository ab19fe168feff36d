import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import { serveMedia } from '#modules/media/serve-media.server.ts';
import { readMessages } from '#modules/messages/read-messages.server.ts';
import { forgetTestimony } from '#modules/publication/forget-testimony.server.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import type { Contributor } from '#platform/actor.ts';
import type { SpokenWordId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase } from '#tests/database.ts';
import { someoneTelling, testEnv } from '#tests/support/telling.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { answerConsent } from './answer-consent.server.ts';
import { deleteSpoken, keepSpoken, MOST_SPOKEN_BYTES, spokenKey } from './keep-spoken.server.ts';
import { askForCall, readUnderstanding, readUnderstandings, sayUnderstanding, takeBackUnderstanding } from './say-understanding.server.ts';
import { TEXT_VERSION } from './texts.server.ts';

const database = await testDatabase();
const { db, workerDb, sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-spoken-'));
const env = testEnv({ webUrl: database.webUrl, workerUrl: database.workerUrl, dataDir: folder });
const deps = { env, db, ...openEngines(env, db) };
const workerDeps = { env, db: workerDb, ...openEngines(env, workerDb) };
beforeAll(() => openQueue(db));
afterAll(async () => {
  await closeQueue();
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

/** As WebM begins. */
const voice = (said: string) => Buffer.concat([Buffer.of(0x1a, 0x45, 0xdf, 0xa3), Buffer.from(said)]);
const SAID = voice('sound of a voice');
const shaOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const sound = (purpose: 'consent' | 'understanding' = 'consent', bytes: Uint8Array = SAID) => ({
  id: randomUUID() as SpokenWordId,
  purpose,
  mediaType: 'audio/webm',
  sha256: shaOf(bytes)
});
const answered = async (question: 'keep' | 'public' = 'keep', contributor?: Contributor) => {
  const actor = contributor ?? (await someoneTelling(db)).contributor;
  await answerConsent(deps, actor, { question, answer: 'yes', textVersion: TEXT_VERSION, textLanguage: 'ar' });
  return actor;
};
const submitted = ({ testimonyId }: Contributor) =>
  sql(`begin; set local session_replication_role = replica; update testimony set state = 'submitted' where id = '${testimonyId}'; commit`);
const eventsOf = ({ testimonyId }: Contributor) =>
  sql<{ kind: string; detail: Record<string, unknown> }>(
    'select kind, detail from custody_event where testimony_id = $1 order by position',
    [testimonyId]
  );

it('R36 keeps nothing that would make the browser of whoever listens fetch from elsewhere, and names the type by the bytes', async () => {
  const actor = await answered();
  const playlist = Buffer.from('#EXTM3U\n#EXTINF:9,\nhttps://elsewhere.example/a.aac\n');
  for (const mediaType of ['audio/x-mpegurl', 'audio/webm'])
    await expect(keepSpoken(deps, actor, { ...sound('consent', playlist), mediaType }, playlist)).rejects.toMatchObject({
      code: 'file_type_refused'
    });
  await keepSpoken(deps, actor, { ...sound(), mediaType: 'audio/x-mpegurl' }, SAID);
  const rows = await sql('select media_type from spoken_word where testimony_id = $1', [actor.testimonyId]);
  expect(rows).toEqual([{ media_type: 'audio/webm' }]);
});

it('R6 R8 keeps spoken consent with the answers, the words they were given to and the sound, bound by their hashes', async () => {
  const actor = await answered();
  const said = sound();
  await keepSpoken(deps, actor, said, SAID);
  await keepSpoken(deps, actor, said, SAID);
  const [row] = await sql<{ sha256: string; store_key: string; version: number; n: number }>(
    `select s.sha256, s.store_key, c.version, count(*) over ()::int as n from spoken_word s join consent c on c.id = s.consent_id where s.testimony_id = $1`,
    [actor.testimonyId]
  );
  expect(row).toEqual({ sha256: shaOf(SAID), store_key: spokenKey(actor.testimonyId, said.id), version: 1, n: 1 });
  expect(await deps.store.stat(row!.store_key)).toEqual({ bytes: SAID.length });

  const [text] = await sql<{ sha256: string }>(`select sha256 from consent_text where version = $1 and language = 'ar'`, [TEXT_VERSION]);
  const events = (await eventsOf(actor)).filter(({ kind }) => kind === 'consent_spoken');
  expect(events).toHaveLength(1);
  expect(events[0]!.detail).toMatchObject({
    spokenSha256: shaOf(SAID),
    textSha256: text!.sha256,
    textVersion: TEXT_VERSION,
    textLanguage: 'ar',
    version: 1,
    sha256: expect.stringMatching(/^[0-9a-f]{64}$/)
  });
  // A later answer does not move what was said to it.
  await answered('public', actor);
  expect((await readUnderstandings(deps, actor, actor)).spokenConsents).toMatchObject([{ id: said.id, version: 1 }]);
});

it('R6 R34 refuses a sound that was changed on the way, an empty and an endless one, and leaves nothing of them', async () => {
  const actor = await answered();
  const refused = (bytes: Uint8Array, said = sound()) => keepSpoken(deps, actor, said, bytes).then(String, ({ code }) => code);
  const changed = sound();
  expect(await refused(voice('another voice'), changed)).toBe('file_changed_on_the_way');
  expect(await deps.store.stat(spokenKey(actor.testimonyId, changed.id))).toBeNull();
  expect(await refused(new Uint8Array())).toBe('file_incomplete');
  expect(await refused(new Uint8Array(MOST_SPOKEN_BYTES + 1))).toBe('file_too_large');
  const { contributor: silent } = await someoneTelling(db);
  await expect(keepSpoken(deps, silent, sound(), SAID)).rejects.toMatchObject({ code: 'wrong_state' });
  // Somebody else's id is not to be had either, and their sound stays.
  const taken = sound();
  await keepSpoken(deps, actor, taken, SAID);
  const stranger = await answered();
  await expect(keepSpoken(deps, stranger, taken, SAID)).rejects.toMatchObject({ code: 'not_found' });
  expect(await deps.store.stat(spokenKey(actor.testimonyId, taken.id))).not.toBeNull();
  expect(await deps.store.stat(spokenKey(stranger.testimonyId, taken.id))).toBeNull();
});

it('R6 lets a reviewer hear spoken consent once it was handed over, its person always, and nobody else', async () => {
  const actor = await answered();
  const said = sound();
  await keepSpoken(deps, actor, said, SAID);
  const [reviewer, custodian] = [await staff(sql, ['reviewer']), await staff(sql, ['custodian'])];
  const { contributor: stranger } = await someoneTelling(db);
  const status = async (readers: Parameters<typeof serveMedia>[1]) =>
    (await serveMedia(deps, readers, { kind: 'spoken', id: said.id }, new Request('http://x/'))).status;
  expect(await status({ account: null, contributor: actor })).toBe(200);
  expect(await status({ account: reviewer, contributor: null })).toBe(404);
  await submitted(actor);
  expect(await status({ account: reviewer, contributor: null })).toBe(200);
  for (const other of [
    { account: null, contributor: null },
    { account: null, contributor: stranger },
    { account: custodian, contributor: null }
  ])
    expect(await status(other)).toBe(404);
});

it('R19 deletes what was said aloud, at once for everyone, its file by a job', async () => {
  const actor = await answered();
  const said = sound('understanding');
  await keepSpoken(deps, actor, said, SAID);
  expect((await readUnderstandings(deps, actor, actor)).said).toMatchObject([{ spokenId: said.id, words: null }]);
  const { contributor: stranger } = await someoneTelling(db);
  await expect(deleteSpoken(deps, stranger, { id: said.id })).rejects.toMatchObject({ code: 'not_found' });
  await deleteSpoken(deps, actor, { id: said.id });
  expect(await readUnderstandings(deps, actor, actor)).toEqual({ said: [], spokenConsents: [] });
  const jobs = await sql(`select data from pgboss.job where name = 'forget-spoken'`);
  expect(jobs).toEqual([{ data: { testimonyId: actor.testimonyId, spokenId: said.id } }]);
});

it('R7 keeps what was understood with the answers in force, and asks for nothing where nothing is said', async () => {
  const actor = await answered();
  await sayUnderstanding(deps, actor, { words: '' });
  expect((await readUnderstandings(deps, actor, actor)).said).toEqual([]);
  await sayUnderstanding(deps, actor, { words: 'تبقى مغلقة إلى أن أقول غير ذلك' });
  const { said } = await readUnderstandings(deps, actor, actor);
  expect(said).toMatchObject([{ words: 'تبقى مغلقة إلى أن أقول غير ذلك', version: 1, verdict: null }]);
  expect(JSON.stringify(await eventsOf(actor))).not.toContain('مغلقة');
  await takeBackUnderstanding(deps, actor, { id: said[0]!.id });
  expect((await readUnderstandings(deps, actor, actor)).said).toEqual([]);
});

it('R7 offers help by a person where something was not understood, and refuses nothing', async () => {
  const actor = await answered();
  await sayUnderstanding(deps, actor, { words: 'everyone will see it at once?' });
  const { id } = (await readUnderstandings(deps, actor, actor)).said[0]!;
  const reviewer = await staff(sql, ['reviewer']);
  const offer = { id, verdict: 'help_offered', message: 'May we explain?' } as const;
  await expect(readUnderstanding(deps, reviewer, offer)).rejects.toMatchObject({ code: 'not_found' });
  await submitted(actor);
  await expect(askForCall(deps, actor, { body: 'call me' })).rejects.toMatchObject({ code: 'not_found' });
  await expect(readUnderstanding(deps, reviewer, { id, verdict: 'help_offered' })).rejects.toMatchObject({ code: 'invalid_input' });
  await expect(readUnderstanding(deps, await staff(sql, ['linguist']), offer)).rejects.toMatchObject({ code: 'not_found' });
  await readUnderstanding(deps, reviewer, offer);

  const [testimony] = await sql('select state from testimony where id = $1', [actor.testimonyId]);
  expect(testimony).toEqual({ state: 'submitted' });
  expect((await readMessages(deps, actor)).map(({ sender, body }) => [sender, body])).toEqual([['desk', 'May we explain?']]);
  await askForCall(deps, actor, { body: 'I ask for a call. Evenings.' });
  expect((await readUnderstandings(deps, actor, actor)).said).toMatchObject([{ verdict: 'help_offered', helpWanted: 'call' }]);
  expect((await readMessages(deps, actor)).at(-1)).toMatchObject({ sender: 'contributor', body: 'I ask for a call. Evenings.' });
  expect((await eventsOf(actor)).map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['understanding_said', 'understanding_read', 'help_asked'])
  );
});

it('R10 destroys what was said aloud and understood with what was withdrawn to be destroyed', async () => {
  const actor = await answered();
  await keepSpoken(deps, actor, sound(), SAID);
  await sayUnderstanding(deps, actor, { words: 'understood' });
  await withdrawTestimony(deps, actor, { destroyRecordings: true });
  await forgetTestimony(workerDeps, { testimonyId: actor.testimonyId });
  const left = [];
  for await (const key of deps.store.list('spoken')) if (key.includes(actor.testimonyId)) left.push(key);
  expect(left).toEqual([]);
  for (const table of ['spoken_word', 'understanding'])
    expect(await sql(`select 1 from ${table} where testimony_id = $1`, [actor.testimonyId])).toEqual([]);
  await expect(keepSpoken(deps, actor, sound(), SAID)).rejects.toMatchObject({ code: 'not_found' });
});
