import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { PgBoss } from 'pg-boss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { announceRecording } from '#modules/testimony/announce-recording.server.ts';
import { withdrawTestimony } from '#modules/testimony/withdraw-testimony.server.ts';
import type { Contributor } from '#platform/actor.ts';
import type { RecordingId } from '#platform/ids.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { QUEUES, type JobName } from '#platform/queues.ts';
import { testDatabase } from '#tests/database.ts';
import { contract, type Adapter } from '#tests/support/contract.ts';
import { mediaFiles } from '#tests/support/media-files.ts';
import { smallTranscriber } from '#tests/support/small-transcriber.ts';
import { startUploadsServer } from '#tests/support/start-uploads-server.ts';
import { someoneTelling, testEnv } from '#tests/support/telling.ts';
import { answer, custodyOf } from '#tests/support/testimony-fixtures.ts';
import { testBucket, type TestBucket } from '#tests/support/test-bucket.ts';
import { approvedByBoth, sealed } from '#tests/support/told.ts';

const workerEntry = fileURLToPath(new URL('../../src/worker/main.ts', import.meta.url));
const adapters: readonly Adapter[] = [{ name: 'disk' }, { name: 's3', variable: 'S3_ENDPOINT' }];

/** On disk the processes share a folder; with a bucket each has a machine of its own. */
contract('two webs and three workers over one database, killed in turn', adapters, ({ name }) => {
  let database: Awaited<ReturnType<typeof testDatabase>>;
  let bucket: TestBucket | null = null;
  let store: MediaStore;
  let folder: string;
  let transcriber: Awaited<ReturnType<typeof smallTranscriber>>;
  let supervisor: PgBoss;
  const files = mediaFiles();
  const webs: Awaited<ReturnType<typeof startUploadsServer>>[] = [];
  const workers: ChildProcess[] = [];
  const kills = { webs: 0, workers: 0 };

  const machine = (process: string) => (bucket ? path.join(folder, process) : folder);
  const variables = () => bucket?.variables ?? {};

  async function startWeb(n: number): Promise<void> {
    const port = webs[n]?.port;
    const wanted = { kind: 'ours', webUrl: database.webUrl, dataDir: machine(`web${n}`), variables: variables() } as const;
    webs[n] = await startUploadsServer(port ? { ...wanted, port } : wanted);
  }

  function startWorker(n: number): void {
    const { webUrl, workerUrl } = database;
    const env = { ...testEnv({ webUrl, workerUrl, dataDir: machine(`worker${n}`) }), ...variables(), PORT: 8700 };
    const given = Object.fromEntries(Object.entries(env).map(([variable, value]) => [variable, String(value)]));
    workers[n] = spawn(process.execPath, [workerEntry], {
      env: { PATH: process.env.PATH, ...given, TRANSCRIBER_URL: transcriber.url, NODE_NO_WARNINGS: '1' },
      stdio: ['ignore', 'ignore', 'inherit']
    });
  }

  async function stopWorker(n: number): Promise<void> {
    const worker = workers[n]!;
    if (worker.exitCode !== null || worker.signalCode !== null) return;
    const ended = once(worker, 'exit');
    worker.kill('SIGKILL');
    await ended;
  }

  beforeAll(async () => {
    database = await testDatabase();
    bucket = name === 's3' ? await testBucket() : null;
    folder = await mkdtemp(path.join(tmpdir(), 'sawt-many-'));
    transcriber = await smallTranscriber();
    supervisor = new PgBoss({
      connectionString: database.ownerUrl,
      migrate: false,
      schedule: false,
      supervise: false,
      monitorIntervalSeconds: 1
    });
    const env = { ...testEnv({ webUrl: database.webUrl, dataDir: machine('here') }), ...variables() };
    store = openEngines(env, database.db).store;
    await openQueue(database.workerDb);
    await supervisor.start();
    await database.sql(`update archive set cooling_off = '0'`);
    await Promise.all([0, 1].map(startWeb));
    [0, 1, 2].forEach(startWorker);
  });
  afterAll(async () => {
    await Promise.all([...webs.map((web) => web.kill()), ...workers.map((_, n) => stopWorker(n))]);
    await supervisor.stop({ graceful: false });
    await closeQueue();
    transcriber.stop();
    await bucket?.remove();
    await database.close();
    await rm(folder, { recursive: true, force: true });
    await (await files).remove();
  });

  let dying: Promise<void> = Promise.resolve();
  /** One after the other, so that the other one is up. */
  function killWeb(n: number): Promise<void> {
    dying = dying.then(async () => {
      await webs[n]!.kill();
      kills.webs += 1;
      await startWeb(n);
    });
    return dying;
  }

  /** One worker after the other dies. As if the time after which a silent one counts as dead had passed, what any of them does is given away. */
  async function killWorker(): Promise<void> {
    const n = kills.workers++ % 3;
    await stopWorker(n);
    startWorker(n);
    await database.sql(`update pgboss.job set heartbeat_on = now() - interval '1 hour' where state = 'active'`);
    await database.sql('update pgboss.queue set monitor_on = null');
    await supervisor.supervise();
    await database.sql(`update pgboss.job set start_after = now() where state = 'retry'`);
  }

  const jobsOf = (job: JobName, ids: readonly string[], states: readonly string[]) =>
    database.sql<{ id: string }>(
      `select id from pgboss.job where name = $1 and state = any ($3)
       and (data ->> 'recordingId' = any ($2) or data ->> 'testimonyId' = any ($2) or data ->> 'editListId' = any ($2))`,
      [job, ids, states]
    );

  /** Waits until a job is under way, or over already, and kills a worker then. */
  async function killedDuring(job: JobName, ids: readonly string[]): Promise<void> {
    const begun = async () => (await jobsOf(job, ids, ['active', 'completed'])).length;
    // A job that was taken between a death and the giving away waits for its heartbeat to be missed.
    await expect.poll(begun, { timeout: 150_000, interval: 5 }).toBeGreaterThan(0);
    await killWorker();
  }

  const TUS = { 'tus-resumable': '1.0.0' };

  /** Sends a file in pieces to whichever web is up, as a browser would: asks how far it is, and goes on from there. Two webs die under it. */
  async function upload(file: string, kind: 'audio'): Promise<{ contributor: Contributor; recordingId: RecordingId; sha256: string }> {
    const { contributor, headers } = await someoneTelling(database.db);
    const bytes = await readFile(file);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const id = randomUUID() as RecordingId;
    await announceRecording({ db: database.db }, contributor, { id, kind, mediaType: 'audio/wav', bytes: bytes.length, sha256 });
    await answer(database.sql, contributor.testimonyId);
    const ask = (n: number, to: string, init: RequestInit & { headers?: Record<string, string> }) =>
      fetch(`${webs[n]!.address}/uploads${to}`, { ...init, headers: { ...TUS, ...headers, ...init.headers } });
    const metadata = `recording ${Buffer.from(id).toString('base64')}`;
    const created = await ask(0, '', { method: 'POST', headers: { 'upload-metadata': metadata, 'upload-length': String(bytes.length) } });
    expect(created.status).toBe(201);

    let acknowledged = 0;
    const deaths = new Set([1, 2]);
    for (let turn = 0; ; turn += 1) {
      const told = await ask(turn % 2, `/${id}`, { method: 'HEAD' }).catch(() => null);
      // That one was just killed, maybe by the other upload.
      if (!told) {
        await dying;
        continue;
      }
      expect(told.status).toBe(200);
      const offset = Number(told.headers.get('upload-offset'));
      expect(offset).toBeGreaterThanOrEqual(acknowledged);
      if (offset === bytes.length) break;
      const sending = ask((turn + 1) % 2, `/${id}`, {
        method: 'PATCH',
        headers: { 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
        body: new Uint8Array(bytes.subarray(offset, offset + 2_500_000))
      }).then(
        (sent) => (sent.status === 204 ? Number(sent.headers.get('upload-offset')) : acknowledged),
        () => acknowledged
      );
      const killed = deaths.has(turn) ? killWeb((turn + 1) % 2) : null;
      acknowledged = await sending;
      await killed;
    }
    return { contributor, recordingId: id, sha256 };
  }

  const count = async (table: string, testimonyId: string) =>
    (await database.sql<{ n: number }>(`select count(*)::int as n from ${table} where testimony_id = $1`, [testimonyId]))[0]!.n;
  const stateOf = async (testimonyId: string) =>
    (await database.sql<{ state: string }>('select state from testimony where id = $1', [testimonyId]))[0]!.state;

  it(
    'R10 R21 R34 R36 continues uploads elsewhere, does every job once in effect, and takes back on all at once',
    { timeout: 600_000 },
    async () => {
      const { sql } = database;
      // Four seconds that weigh more than a part of an upload.
      const sound = await (
        await files
      ).made('told.wav', '-f', 'lavfi', '-i', 'sine=f=300:d=4', '-ac', '2', '-ar', '192000', '-c:a', 'pcm_f64le');
      const told = await Promise.all([upload(sound, 'audio'), upload(sound, 'audio')]);
      expect(kills.webs).toBeGreaterThanOrEqual(2);
      for (const { recordingId, sha256 } of told) {
        const stored = await buffer(await store.open(`recordings/${recordingId}`));
        expect(createHash('sha256').update(stored).digest('hex')).toBe(sha256);
        expect(await jobsOf('verify-recording', [recordingId], ['created', 'retry', 'active', 'completed'])).toHaveLength(1);
      }

      const ids = told.flatMap(({ recordingId, contributor }) => [recordingId, contributor.testimonyId]);
      const chain = [
        'inspect-recording',
        'make-renditions',
        'find-speech',
        'transcribe-piece',
        'assemble-transcript',
        'translate-testimony'
      ] as const;
      for (const job of chain) await killedDuring(job, ids);
      const steps = () => sql(`select state from processing_step where step = 'translate' and testimony_id = any ($1)`, [ids]);
      await expect.poll(steps, { timeout: 120_000 }).toEqual([{ state: 'needs_human' }, { state: 'needs_human' }]);

      for (const { contributor, recordingId } of told) {
        const { testimonyId } = contributor;
        // As submitting would: its pages are not what is tested here.
        await sql(
          `do $$ begin set local session_replication_role = replica; update testimony set state = 'submitted', medium = 'audio', language = 'en' where id = '${testimonyId}'; end $$`
        );
        const review = await sealed(database, { testimonyId, recordingId }, []);
        await killedDuring('render-public', [review.editListId]);
        const rendered = () => sql('select 1 from edit_list where id = $1 and rendered_at is not null', [review.editListId]);
        await expect.poll(async () => (await rendered()).length, { timeout: 120_000 }).toBe(1);
        await approvedByBoth(database, testimonyId, review);
        for (const job of ['start-cooling-off', 'publish-testimony', 'index-testimony'] as const) await killedDuring(job, [testimonyId]);
        await expect.poll(() => count('search_passage', testimonyId), { timeout: 120_000 }).toBe(2);
        expect(await stateOf(testimonyId)).toBe('published');
      }
      expect(kills.workers).toBe(chain.length + 2 * 4);

      for (const { contributor } of told) {
        const { testimonyId } = contributor;
        const counts = Object.fromEntries(
          await Promise.all(
            ['transcript', 'segment', 'rendition', 'publication', 'publication_passage', 'publication_medium'].map(async (table) => [
              table,
              await count(table, testimonyId)
            ])
          )
        ) as Record<string, number>;
        expect(counts).toEqual({ transcript: 1, segment: 2, rendition: 5, publication: 1, publication_passage: 2, publication_medium: 1 });
        const events = (await custodyOf(sql, { id: testimonyId })).filter((kind) => kind !== 'begun');
        expect(events).toEqual([
          ...['recording_announced', 'recording_received', 'recording_verified'],
          ...['rendition_made', 'rendition_made', 'rendition_made', 'transcript_made', 'edit_list_sealed'],
          ...[
            'rendition_made',
            'rendition_made',
            'public_rendition_made',
            'edition_accepted',
            'approved_by_one',
            'approved_by_one',
            'cooling_off_started',
            'published'
          ]
        ]);
      }

      const [first, second] = told.map(({ contributor }) => contributor) as [Contributor, Contributor];
      const mediumOf = async ({ testimonyId }: Contributor) =>
        (await sql<{ id: string }>('select id from publication_medium where testimony_id = $1', [testimonyId]))[0]!.id;
      const [gone, stays] = [await mediumOf(first), await mediumOf(second)];
      const onBoth = (id: string) =>
        Promise.all(webs.map(async ({ address }) => (await fetch(`${address}/media/publications/${id}`)).status));
      expect([await onBoth(gone), await onBoth(stays)]).toEqual([
        [200, 200],
        [200, 200]
      ]);
      await withdrawTestimony(database, first, { destroyRecordings: true });
      expect(await onBoth(gone)).toEqual([410, 410]);
      expect(await onBoth(stays)).toEqual([200, 200]);
      await killedDuring('forget-testimony', [first.testimonyId]);
      await expect
        .poll(async () => (await custodyOf(sql, { id: first.testimonyId })).at(-1), { timeout: 120_000 })
        .toBe('recordings_destroyed');
      expect(await store.stat(`recordings/${told[0]!.recordingId}`)).toBeNull();
      expect(await onBoth(gone)).toEqual([410, 410]);

      const names = Object.keys(QUEUES);
      await expect
        .poll(() => sql(`select name, state from pgboss.job where name = any ($1) and state in ('created', 'retry', 'active')`, [names]), {
          timeout: 120_000
        })
        .toEqual([]);
      expect(await sql(`select name, output from pgboss.job where state = 'failed'`)).toEqual([]);
    }
  );
});
