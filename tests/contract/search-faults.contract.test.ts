import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Meilisearch } from 'meilisearch';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { freePort } from '#embedded/supervisor/ports.ts';
import { SETTINGS } from '#engines/index/meilisearch-settings.ts';
import type { IndexQuery, SearchIndex } from '#engines/index/port.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { keepIndex } from '#modules/search/keep-index.server.ts';
import { understand } from '#modules/search/question.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { VISITOR } from '#platform/actor.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { between, json, type Between } from '../support/between.ts';
import { contract } from '../support/contract.ts';
import { cornerOf, type Corner } from '../support/meilisearch.ts';
import { published } from '../support/published.ts';

const { MEILI_URL, MEILI_MASTER_KEY, MEILI_BINARY } = process.env;

const query = (q: string): IndexQuery => ({
  terms: understand(q),
  filters: { facility: [], years: [], themes: [], language: [], medium: [] },
  audiences: ['public'],
  page: 1,
  perPage: 50
});
const never = new AbortController().signal;

contract('search, when its server fails', [{ name: 'meilisearch', variable: 'MEILI_URL' }], () => {
  let database: TestDatabase;
  let corner: Corner;
  let line: Between;

  beforeAll(async () => {
    database = await testDatabase();
  });
  beforeEach(async () => {
    line = await between(MEILI_URL!);
    corner = await cornerOf(MEILI_URL!, MEILI_MASTER_KEY!);
    await database.sql('truncate testimony, search_change, search_engine, search_word cascade');
  });
  afterEach(async () => {
    await line.close();
    await corner.clear();
  });
  afterAll(() => database?.close());

  /** Web and worker as processes that have just begun: nothing they know of the server is in their memory. */
  const web = () => corner.forWeb(database.db, line.url);
  const worker = () => ({ db: database.workerDb, index: corner.forWorker(database.workerDb, line.url) });
  const search = (q: string, index: SearchIndex = web()) => index.search(VISITOR, () => Promise.resolve(query(q)));
  const publish = async (text: string) => (await published(database, { language: 'en', passages: [{ text }] })).testimonyId;
  const unpublish = (id: string) => database.sql('update publication set unpublished_at = now() where testimony_id = $1', [id]);
  const later = (seconds: number) => database.sql(`update search_change set since = since - $1 * interval '1 second'`, [seconds]);
  const state = async () => (await database.sql(`select * from search_engine where name = $1`, [corner.name]))[0]!;
  const waiting = async () => (await database.sql('select 1 from search_change where number > written')).length;
  /** Of the index that answers, as the server itself counts. */
  const documents = async () => (await corner.master.index((await state()).live as string).getStats()).numberOfDocuments;

  /** A worker's look, long after the last change. */
  const keep = async ({ db, index } = worker()) => {
    await later(60);
    await keepIndex({ db, index }, never);
  };

  /** An archive of one passage that Meilisearch has. */
  const settled = async () => {
    const id = await publish('first lantern');
    await keep();
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 1 });
    return id;
  };

  const FAULTS: [string, Between['answer'], string][] = [
    ['is down', (request) => (request.destroy(), true), 'down'],
    ['never answers', () => true, 'slow'],
    [
      'has a full disk',
      (request, response) =>
        request.method !== 'GET' && json(response, 507, { message: '', code: 'no_space_left_on_device', type: 'system', link: '' }),
      'down'
    ],
    ['says something else', (_request, response) => json(response, 200, { hello: 'there' }), 'down'],
    [
      'takes no key any more',
      (_request, response) => json(response, 403, { message: '', code: 'invalid_api_key', type: 'auth', link: '' }),
      'down'
    ]
  ];

  it.each(FAULTS)('answers from Postgres while it %s, and is caught up with afterwards, to the last word', async (_, answer, degraded) => {
    const gone = await settled();
    line.answer = answer;
    const index = web();
    expect(await search('lantern', index)).toMatchObject({ engine: 'postgres', degraded, total: 1 });

    const kept = await publish('second lantern');
    await unpublish(gone);
    if (degraded === 'slow') line.answer = (request) => (request.destroy(), true);
    for (const id of [kept, gone])
      await expect(indexTestimony(worker(), id)).rejects.toMatchObject({ code: expect.stringMatching(/^engine_/) as string });
    expect(await waiting()).toBe(2);
    expect(await search('lantern', index)).toMatchObject({ engine: 'postgres', total: 1 });
    const health = await web().health();
    expect(health).toMatchObject({ ok: false, waiting: 2 });

    line.answer = null;
    await later(60);
    expect(await search('lantern')).toMatchObject({ engine: 'postgres', degraded: 'behind', total: 1 });
    await keep();
    expect(await waiting()).toBe(0);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 1 });
    expect(await search('"first lantern"')).toMatchObject({ engine: 'meilisearch', total: 0, passages: [] });
    expect(await documents()).toBe(1);
    expect(await web().health()).toMatchObject({ ok: true, waiting: 0 });
  });

  it('says to the desk what the server refused with', async () => {
    await settled();
    line.answer = FAULTS[2]![1];
    const id = await publish('second lantern');
    await expect(indexTestimony(worker(), id)).rejects.toMatchObject({ code: 'engine_down' });
    line.answer = null;
    expect(await web().health()).toMatchObject({ reason: 'no_space_left_on_device', waiting: 1 });
    await indexTestimony(worker(), id);
    expect((await web().health()).reason).toBeUndefined();
  });

  it.each(['1.20.3', '2.0.0', '1.49.9'])('asks nothing of version %s, and says so, until it is the right one again', async (version) => {
    await settled();
    line.answer = (request, response) =>
      request.url === '/version' && json(response, 200, { pkgVersion: version, commitSha: '', commitDate: '' });
    await expect(keepIndex(worker(), never)).rejects.toMatchObject({ code: 'engine_refused', detail: { reason: 'wrong_version' } });
    expect(await search('lantern')).toMatchObject({ engine: 'postgres', degraded: 'unready', total: 1 });
    expect(await web().health()).toMatchObject({ ok: false, reason: 'wrong_version', version });
    const id = await publish('second lantern');
    await expect(indexTestimony(worker(), id)).rejects.toMatchObject({ code: 'engine_refused' });
    line.answer = null;
    await keep();
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 2 });
  });

  it('builds an index that was lost anew, and trusts none that was made in its name', async () => {
    const first = await settled();
    const { live } = await state();
    await corner.master.deleteIndex(live as string).waitTask();
    expect(await search('lantern')).toMatchObject({ engine: 'postgres', degraded: 'down', total: 1 });
    await corner.master
      .index(live as string)
      .addDocuments([{ id: 'x', publicationId: 'x', position: 0 }])
      .waitTask();
    const second = await publish('second lantern');
    await indexTestimony(worker(), second);
    expect(await search('lantern')).toMatchObject({ engine: 'postgres', degraded: 'unready', total: 2 });
    await keep();
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 2 });
    expect(await corner.indexes()).toEqual([(await state()).live]);
    await unpublish(first);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 1 });
  });

  it('applies rules that differ, and none that do not', async () => {
    await settled();
    const { live } = await state();
    const index = corner.master.index(live as string);
    const tasks = async () => (await corner.master.tasks.getTasks({ indexUids: [live as string], types: ['settingsUpdate'] })).total;
    const before = await tasks();
    await keep();
    expect(await tasks()).toBe(before);
    await index
      .updateSettings({ rankingRules: ['words'], filterableAttributes: ['audiences'], typoTolerance: { enabled: false } })
      .waitTask();
    await keep();
    expect(await tasks()).toBe(before + 2);
    const { rankingRules, typoTolerance } = await index.getSettings();
    expect([rankingRules, typoTolerance]).toEqual([SETTINGS.rankingRules, SETTINGS.typoTolerance]);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 1 });
  });

  it('writes to both while one is built, whichever process writes, and swaps in one step', async () => {
    const ids = [await settled(), await publish('second lantern'), await publish('third lantern')].toSorted();
    await keep();
    const before = (await state()).live as string;

    let goOn = () => {};
    const until = new Promise<void>((resolve) => (goOn = resolve));
    let reached = () => {};
    const halfway = new Promise<void>((resolve) => (reached = resolve));
    const builder = worker();
    const index: SearchIndex = {
      ...builder.index,
      rebuild: (archive) =>
        builder.index.rebuild({
          ...archive,
          editions: async function* (after) {
            for await (const edition of archive.editions(after)) {
              if (edition.testimonyId === ids[1]) {
                reached();
                await until;
              }
              yield edition;
            }
          }
        })
    };
    const built = reindexArchive({ db: builder.db, index });
    await halfway;
    expect(await state()).toMatchObject({ live: before, next: expect.stringContaining(corner.name) as string });
    await expect(reindexArchive(worker())).rejects.toMatchObject({ code: 'engine_busy' });
    // Read before it was withdrawn, written after.
    await unpublish(ids[0]!);
    await indexTestimony(worker(), ids[0] as never);
    const fresh = await publish('fourth lantern');
    await indexTestimony(worker(), fresh);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 3 });
    goOn();
    expect(await built).toBe(3);
    expect((await state()).live).not.toBe(before);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 3 });
    expect(await search('"fourth lantern"')).toMatchObject({ total: 1 });
    expect(await corner.indexes()).toHaveLength(1);
  });

  it('catches up with what changed under a rebuild that had read it before', async () => {
    const first = await settled();
    const builder = worker();
    const index: SearchIndex = {
      ...builder.index,
      rebuild: (archive) =>
        builder.index.rebuild({
          ...archive,
          editions: async function* (after) {
            for await (const edition of archive.editions(after)) {
              // Its own job runs to the end before the words that were read are written.
              await unpublish(first);
              await indexTestimony(worker(), first);
              yield edition;
            }
          }
        })
    };
    expect(await reindexArchive({ db: builder.db, index })).toBe(0);
    expect(await documents()).toBe(0);
  });

  it('goes on with a rebuild whose process was killed, where it was killed', async () => {
    await published(database, { language: 'en', passages: Array.from({ length: 900 }, (_, n) => ({ text: `lantern number ${n}` })) });
    for (let n = 0; n < 24; n++)
      await published(database, { language: 'en', passages: Array.from({ length: 600 }, (_, i) => ({ text: `bread ${n} ${i}` })) });
    const entry = fileURLToPath(new URL('../support/rebuild-process.ts', import.meta.url));
    const child = spawn(process.execPath, [entry, database.workerUrl, MEILI_URL!, corner.keys.worker, corner.name], { stdio: 'ignore' });
    await expect
      .poll(async () => (await database.sql('select next_after from search_engine'))[0]?.next_after, { timeout: 60_000, interval: 20 })
      .toBeTruthy();
    child.kill('SIGKILL');
    await once(child, 'exit');
    const left = await state();
    expect(left).toMatchObject({ live: null, next: expect.any(String) as string });
    await expect(reindexArchive(worker())).rejects.toMatchObject({ code: 'engine_busy' });

    await database.sql(`update search_engine set held_until = now() - interval '1 second'`);
    let read = 0;
    const { db, index } = worker();
    const counting: SearchIndex = {
      ...index,
      rebuild: (archive) =>
        index.rebuild({
          ...archive,
          editions: async function* (after) {
            expect(after).toBe(left.next_after);
            for await (const edition of archive.editions(after)) {
              read++;
              yield edition;
            }
          }
        })
    };
    expect(await reindexArchive({ db, index: counting })).toBe(900 + 24 * 600);
    expect(read).toBeLessThan(25);
    expect((await state()).live).toBe(left.next);
    await database.sql('update search_change set written = number');
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 900 });
    expect(await corner.indexes()).toEqual([left.next]);
  });

  it('cleans up what a killed rebuild left when the server has lost it', async () => {
    await settled();
    await database.sql(`update search_engine set next = $1, next_made = '2026-01-01', next_from = 1, held_by = null, held_until = null`, [
      `${corner.name}_1_0badcafe`
    ]);
    await corner.master.createIndex(`${corner.name}_1_0badcafe`).waitTask();
    await corner.master.createIndex(`${corner.name}_1_0badf00d`).waitTask();
    await keep();
    expect(await corner.indexes()).toEqual([(await state()).live]);
    expect(await search('lantern')).toMatchObject({ engine: 'meilisearch', total: 1 });
  });

  it('keeps the web’s key from everything but asking, and the worker’s from other indexes', async () => {
    await settled();
    const live = (await state()).live as string;
    const asWeb = new Meilisearch({ host: MEILI_URL!, apiKey: corner.keys.web });
    const asWorker = new Meilisearch({ host: MEILI_URL!, apiKey: corner.keys.worker });
    const refused = { cause: { code: 'invalid_api_key' } };
    expect((await asWeb.index(live).search('')).hits).toHaveLength(1);
    const tries = (client: Meilisearch, uid: string): (() => Promise<unknown>)[] => [
      () => client.index(uid).addDocuments([{ id: 'x' }]),
      () => client.index(uid).deleteAllDocuments(),
      () => client.index(uid).updateSettings({ stopWords: ['a'] }),
      () => client.index(uid).getSettings(),
      () => client.createIndex(`${uid}x`),
      () => client.deleteIndex(uid),
      () => client.getKeys(),
      () => client.createDump(),
      () => client.createSnapshot()
    ];
    for (const attempt of [
      ...tries(asWeb, live),
      () => asWeb.index(live).getDocuments(),
      () => asWeb.index('another').search(''),
      () => asWeb.getVersion()
    ])
      await expect(attempt(), String(attempt)).rejects.toMatchObject(refused);
    for (const attempt of [...tries(asWorker, 'another'), () => asWorker.index(live).search(''), () => asWorker.index(live).getDocuments()])
      await expect(attempt(), String(attempt)).rejects.toMatchObject(refused);
    const asVersion = new Meilisearch({ host: MEILI_URL!, apiKey: corner.keys.version });
    expect((await asVersion.getVersion()).pkgVersion).toMatch(/^1\./);
    for (const attempt of [...tries(asVersion, live), () => asVersion.index(live).search('')])
      await expect(attempt(), String(attempt)).rejects.toMatchObject(refused);
    // Through our own adapter as well.
    await expect(
      indexTestimony({ db: database.workerDb, index: { ...web(), ...corner.forWeb(database.workerDb) } }, await publish('third'))
    ).rejects.toMatchObject({
      code: 'engine_down'
    });
    expect(await documents()).toBe(1);
  });

  describe.skipIf(!MEILI_BINARY)('a server of our own (MEILI_BINARY)', () => {
    let folder: string;
    let port: number;
    let server: ChildProcess;
    const start = async () => {
      server = spawn(
        MEILI_BINARY!,
        ['--master-key', MEILI_MASTER_KEY!, '--no-analytics', '--db-path', path.join(folder, 'data'), '--http-addr', `127.0.0.1:${port}`],
        { cwd: folder, stdio: 'ignore' }
      );
      await vi.waitFor(async () => expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200), {
        timeout: 60_000,
        interval: 50
      });
    };
    beforeAll(async () => {
      folder = await mkdtemp(path.join(tmpdir(), 'sawt-meilisearch-'));
      port = await freePort();
      await start();
    });
    afterAll(async () => {
      server.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    });

    it('is killed, is stopped, comes back without its data: search goes on, and nothing is lost', async () => {
      const own = await cornerOf(`http://127.0.0.1:${port}`, MEILI_MASTER_KEY!);
      const readers = () => own.forWeb(database.db);
      const writers = () => ({ db: database.workerDb, index: own.forWorker(database.workerDb) });
      const gone = await publish('first lantern');
      await keep(writers());
      expect(await search('lantern', readers())).toMatchObject({ engine: 'meilisearch', total: 1 });

      server.kill('SIGKILL');
      await once(server, 'exit');
      expect(await search('lantern', readers())).toMatchObject({ engine: 'postgres', degraded: 'down', total: 1 });
      const kept = await publish('second lantern');
      await unpublish(gone);
      for (const id of [kept, gone]) await expect(indexTestimony(writers(), id)).rejects.toMatchObject({ code: 'engine_down' });
      await start();
      await keep(writers());
      expect(await search('lantern', readers())).toMatchObject({ engine: 'meilisearch', total: 1 });
      expect(await search('"first lantern"', readers())).toMatchObject({ engine: 'meilisearch', total: 0 });

      server.kill('SIGSTOP');
      expect(await search('lantern', readers())).toMatchObject({ engine: 'postgres', degraded: 'slow', total: 1 });
      server.kill('SIGCONT');
      expect(await search('lantern', readers())).toMatchObject({ engine: 'meilisearch', total: 1 });

      server.kill('SIGKILL');
      await once(server, 'exit');
      await rm(path.join(folder, 'data'), { recursive: true });
      await start();
      // The keys of a server are made of its master key and their own number: an empty one does not know them.
      expect(await search('lantern', readers())).toMatchObject({ engine: 'postgres', degraded: 'down', total: 1 });
      const again = await cornerOf(`http://127.0.0.1:${port}`, MEILI_MASTER_KEY!, own.name);
      await keep({ db: database.workerDb, index: again.forWorker(database.workerDb) });
      expect(await search('lantern', again.forWeb(database.db))).toMatchObject({ engine: 'meilisearch', total: 1 });
    });
  });
});
