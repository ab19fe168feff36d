import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { aloneWithKey } from '#engines/engines.server.ts';
import { diskStore } from '#engines/store/disk.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { s3Store } from '#engines/store/s3.server.ts';
import { twoStores } from '#engines/store/two-stores.server.ts';
import { missingMedia, moveMedia } from '#modules/media/move-media.server.ts';
import { s3PlaceOf } from '#platform/s3.server.ts';
import { testDatabase } from '#tests/database.ts';
import { contract, type Adapter } from '#tests/support/contract.ts';
import { testEnv } from '#tests/support/telling.ts';
import { testBucket, type TestBucket } from '#tests/support/test-bucket.ts';
import { keysUnder } from '#tests/support/told.ts';

const database = await testDatabase();
const { sql, workerDb: db } = database;
const alone = aloneWithKey(db);
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-move-'));
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

type Way = Adapter & { out: 'disk' | 's3'; into: 'disk' | 's3' };
const ways: readonly Way[] = [
  { name: 'from a disk to another', out: 'disk', into: 'disk' },
  { name: 'from disk to s3', out: 'disk', into: 's3', variable: 'S3_ENDPOINT' },
  { name: 'from s3 to disk', out: 's3', into: 'disk', variable: 'S3_ENDPOINT' }
];

contract('moving an archive', ways, ({ out, into }) => {
  let bucket: TestBucket | null;
  let data: string;
  let from: MediaStore;
  let to: MediaStore;
  let store: MediaStore;
  /** What is in the archive, by key. */
  let archive: Map<string, Buffer>;

  beforeAll(async () => {
    bucket = out === 's3' || into === 's3' ? await testBucket() : null;
    data = await mkdtemp(path.join(folder, 'data-'));
  });
  afterAll(() => bucket?.remove());
  beforeEach(async () => {
    const onS3 = bucket && s3Store(s3PlaceOf(bucket.variables)!, { SAWT_DATA: data });
    const disk = diskStore(path.join(data, 'media'));
    from = out === 's3' ? onS3! : disk;
    to = into === 's3' ? onS3! : out === 'disk' ? diskStore(path.join(data, 'elsewhere')) : disk;
    store = twoStores({ here: to, before: from, alone });
    for (const one of [from, to]) for (const key of await keysUnder(one, null)) await one.remove(key);
    await sql('delete from recording');
    archive = new Map();
    for (const size of [1, 70_000, 300_000]) await held(size);
    await held(500, `renditions/${randomUUID()}/${randomUUID()}/public_video`);
  });

  async function put(into: MediaStore, key: string, content: Buffer): Promise<void> {
    const file = path.join(folder, randomUUID());
    await writeFile(file, content);
    await into.putFile(key, file);
  }

  /** A file that lay in the old store when the archive changed over; a recording is named by a row. */
  async function held(size: number, key?: string, known?: string): Promise<string> {
    const content = randomBytes(size);
    const id = randomUUID();
    const where = key ?? `recordings/${id}`;
    await put(from, where, content);
    archive.set(where, content);
    if (key) return where;
    const testimonyId = randomUUID();
    await sql(`insert into testimony (id, language, medium) values ($1, 'ar', 'audio')`, [testimonyId]);
    await sql(
      `insert into recording (id, testimony_id, position, state, kind, media_type, bytes, sha256, store_key)
       values ($1, $2, 1, 'verified', 'audio', 'audio/webm', $3, $4, $5)`,
      [id, testimonyId, size, known ?? sha256(content), where]
    );
    return where;
  }

  const parts = () => ({ db, env: { SAWT_DATA: data }, from, to, alone });

  async function allReads(): Promise<void> {
    for (const [key, content] of archive) {
      expect(sha256(await buffer(await store.open(key))), key).toBe(sha256(content));
      expect(await store.stat(key)).toEqual({ bytes: content.length });
    }
  }
  async function isMoved(): Promise<void> {
    await allReads();
    expect(await keysUnder(from, null)).toEqual([]);
    expect((await keysUnder(to, null)).toSorted()).toEqual([...archive.keys()].toSorted());
    expect((await missingMedia({ db, store: to })).missing).toEqual([]);
  }

  it('R34 moves every file, the same in every bit, and leaves none behind', async () => {
    await held(9_000_000);
    const progress: number[] = [];
    const moved = await moveMedia(parts(), ({ files }) => progress.push(files));
    expect(moved).toMatchObject({ moved: 5, gone: 0, damaged: 0, differs: 0, bytes: 9_370_501, left: [] });
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    await isMoved();
    expect(await missingMedia({ db, store: to })).toEqual({ files: 4, missing: [] });
    expect(await moveMedia(parts())).toMatchObject({ moved: 0 });
  });

  it('R34 loses nothing wherever it is broken off, and goes on with what is left', async () => {
    let runs = 0;
    for (let last = 1, finished = false; !finished; last += 5) {
      const breaking = (part: MediaStore, budget: { left: number }): MediaStore =>
        new Proxy(part, {
          get: (target, name: keyof MediaStore) =>
            name === 'list'
              ? target.list
              : async (...args: unknown[]) => {
                  const done = await (target[name] as (...all: unknown[]) => Promise<unknown>)(...args);
                  // After it was done and before anybody heard of it: what a kill looks like from outside.
                  if ((budget.left -= 1) >= 0) return done;
                  if (done instanceof Readable) done.destroy();
                  throw new Error('killed');
                }
        });
      const budget = { left: last };
      const moving = moveMedia({ ...parts(), from: breaking(from, budget), to: breaking(to, budget) });
      finished = await moving.then(
        () => true,
        (error: Error) => {
          expect(error.message).toBe('killed');
          return false;
        }
      );
      runs += 1;
      await allReads();
    }
    expect(runs).toBeGreaterThan(3);
    await isMoved();
  });

  /** Does something at a moment of the copying of one file: before or after a call to a store. */
  function at(moment: string, key: string, act: () => Promise<void>): Pick<ReturnType<typeof parts>, 'from' | 'to'> {
    let isDone = false;
    const watched = (part: MediaStore, name: string): MediaStore =>
      new Proxy(part, {
        get: (target, call: keyof MediaStore) =>
          call === 'list'
            ? target.list
            : async (...args: unknown[]) => {
                const happen = async (when: string) => {
                  if (isDone || args[0] !== key || moment !== `${when} ${name}.${call}`) return;
                  isDone = true;
                  await act();
                };
                await happen('before');
                const done = await (target[call] as (...all: unknown[]) => Promise<unknown>)(...args);
                await happen('after');
                return done;
              }
      });
    return { from: watched(from, 'from'), to: watched(to, 'to') };
  }

  const moments = ['before from.open', 'after from.open', 'before to.putFile', 'after to.putFile', 'after to.open', 'before from.remove'];

  it.each(moments)('R19 brings nothing back that is destroyed while it is copied (%s)', async (moment) => {
    const [key] = [...archive.keys()].filter((one) => archive.get(one)!.length === 70_000);
    archive.delete(key!);
    const watched = at(moment, key!, () => store.remove(key!));
    const moved = await moveMedia({ ...parts(), ...watched });
    expect(moved.gone + moved.moved).toBe(4);
    expect(await from.stat(key!)).toBeNull();
    expect(await to.stat(key!)).toBeNull();
    await sql('delete from recording where store_key = $1', [key]);
    await isMoved();
  });

  it('R19 brings nothing back when the destroying itself is held up between the two stores', async () => {
    const [key] = [...archive.keys()].filter((one) => archive.get(one)!.length === 70_000);
    archive.delete(key!);
    const moved = Promise.withResolvers<void>();
    let removed = 0;
    const slowly = (part: MediaStore): MediaStore => ({
      ...part,
      remove: async (one) => {
        if (removed++) await moved.promise;
        await part.remove(one);
      }
    });
    let destroying: Promise<void> | undefined;
    const watched = at('before to.putFile', key!, async () => {
      destroying = twoStores({ here: slowly(to), before: slowly(from), alone }).remove(key!);
      await expect.poll(() => removed).toBe(2);
    });
    await moveMedia({ ...parts(), ...watched });
    moved.resolve();
    await destroying;
    expect([await from.stat(key!), await to.stat(key!)]).toEqual([null, null]);
  });

  it.each(moments)('keeps what a job writes anew under a key that is being copied (%s)', async (moment) => {
    const key = [...archive.keys()].find((one) => one.startsWith('renditions/'))!;
    const anew = randomBytes(777);
    let writing: Promise<void> | undefined;
    const watched = at(moment, key, async () => {
      // It waits for the copying of this one file to end: nobody waits for it in turn.
      writing = put(store, key, anew);
    });
    await moveMedia({ ...parts(), ...watched });
    await writing;
    archive.set(key, anew);
    await isMoved();
  });

  it('is read, written and cleared by others all the while, who notice nothing', async () => {
    for (let n = 0; n < 12; n += 1) await held(200_000 + n);
    let moving = true;
    let reads = 0;
    const reading = (async () => {
      while (moving) {
        await allReads();
        reads += 1;
      }
    })();
    const writing = (async () => {
      for (let n = 0; n < 5; n += 1) {
        const [key, content] = [`recordings/${randomUUID()}`, randomBytes(50_000)];
        await put(store, key, content);
        archive.set(key, content);
        expect(await from.stat(key)).toBeNull();
      }
    })();
    const moved = await moveMedia(parts());
    moving = false;
    await Promise.all([reading, writing]);
    expect(reads).toBeGreaterThan(0);
    expect(moved.left).toEqual([]);
    await isMoved();
  });

  it('R34 leaves a file that is not the one written down where it is, and names it', async () => {
    const damaged = await held(1_000, undefined, '0'.repeat(64));
    const both = await held(1_000);
    const other = randomBytes(1_000);
    await put(to, both, other);
    const moved = await moveMedia(parts());
    expect(moved).toMatchObject({ moved: 4, damaged: 1, differs: 1 });
    expect(moved.left.toSorted()).toEqual([damaged, both].toSorted());
    expect((await buffer(await from.open(damaged))).equals(archive.get(damaged)!)).toBe(true);
    expect((await buffer(await from.open(both))).equals(archive.get(both)!)).toBe(true);
    expect((await buffer(await to.open(both))).equals(other)).toBe(true);
    expect((await missingMedia({ db, store: to })).missing).toEqual([damaged]);
  });

  if (out !== into)
    it('R34 as a command that is killed with -9 in the middle and started again', async () => {
      for (let n = 0; n < 30; n += 1) await held(1_000_000 + n);
      const start = () => {
        const env = {
          ...testEnv({ webUrl: database.webUrl, workerUrl: database.workerUrl, dataDir: data }),
          ...bucket!.variables,
          PORT: 8700
        };
        const given = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
        const entry = fileURLToPath(new URL('../../scripts/move-store.ts', import.meta.url));
        return spawn(process.execPath, [entry], {
          env: { PATH: process.env.PATH, NODE_NO_WARNINGS: '1', ...given, MEDIA_STORE: into },
          stdio: ['ignore', 'pipe', 'inherit']
        });
      };
      const first = start();
      const ended = once(first, 'exit');
      await expect.poll(async () => (await keysUnder(to, null)).length, { interval: 5, timeout: 60_000 }).toBeGreaterThan(3);
      first.kill('SIGKILL');
      expect(await ended).toEqual([null, 'SIGKILL']);
      expect((await keysUnder(from, null)).length).toBeGreaterThan(0);
      await allReads();

      const second = start();
      let told = '';
      second.stdout.on('data', (chunk: Buffer) => (told += chunk.toString()));
      expect(await once(second, 'exit')).toEqual([0, null]);
      expect(told).toMatch(/\d+ of \d+ files, [\d.]+ MiB/);
      expect(told).toContain('The database names 33 files: 33 are there, as long as it says.');
      await isMoved();
    });
});
