import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterAll, describe, expect, it } from 'vitest';
import { diskStore } from '#engines/store/disk.server.ts';
import type { MediaStore } from '#engines/store/port.ts';
import { keysUnder } from '#tests/support/told.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'sawt-store-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const adapters: { name: string; store: MediaStore }[] = [{ name: 'disk', store: diskStore(path.join(folder, 'media')) }];

let made = 0;
async function fileWith(content: Buffer): Promise<string> {
  const file = path.join(folder, `file-${made++}`);
  await writeFile(file, content);
  return file;
}

const freshKey = () => `recordings/${randomBytes(8).toString('hex')}`;
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

describe.each(adapters)('the media store on $name', ({ store }) => {
  it('R34 takes a file in whole, tells its SHA-256, and leaves nothing where it lay', async () => {
    const content = randomBytes(300_000);
    const file = await fileWith(content);
    const key = freshKey();
    expect(await store.putFile(key, file)).toEqual({ bytes: 300_000, sha256: sha256(content) });
    await expect(access(file)).rejects.toThrow();
    expect(await store.stat(key)).toEqual({ bytes: 300_000 });
    expect((await buffer(await store.open(key))).equals(content)).toBe(true);
  });

  it('answers the same when a crash makes it take the same file in again', async () => {
    const content = randomBytes(1_000);
    const file = await fileWith(content);
    const key = freshKey();
    const first = await store.putFile(key, file);
    expect(await store.putFile(key, file)).toEqual(first);
    expect(await store.putFile(key, await fileWith(content))).toEqual(first);
  });

  it.each([
    [0, 0],
    [0, 99],
    [10, 19],
    [99, 99]
  ])('gives the bytes %i to %i, both ends inclusive', async (start, end) => {
    const content = randomBytes(100);
    const key = freshKey();
    await store.putFile(key, await fileWith(content));
    expect((await buffer(await store.open(key, { start, end }))).equals(content.subarray(start, end + 1))).toBe(true);
  });

  it('refuses what is not there, and forgets without complaint', async () => {
    const key = freshKey();
    await expect(store.open(key)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.withLocalFile(key, async () => 1)).rejects.toMatchObject({ code: 'not_found' });
    await expect(store.putFile(key, path.join(folder, 'never-was'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await store.stat(key)).toBeNull();
    await store.remove(key);

    await store.putFile(key, await fileWith(randomBytes(10)));
    await store.remove(key);
    expect(await store.stat(key)).toBeNull();
  });

  it('lends the content as a file and has it still afterwards', async () => {
    const content = randomBytes(5_000);
    const key = freshKey();
    await store.putFile(key, await fileWith(content));
    expect((await store.withLocalFile(key, (file) => readFile(file))).equals(content)).toBe(true);
    expect(await store.stat(key)).toEqual({ bytes: 5_000 });
  });

  it('lists every key under a folder', async () => {
    const under = `renditions/${randomBytes(4).toString('hex')}`;
    const keys = [`${under}/light_video`, `${under}/deeper/peaks`];
    for (const key of keys) await store.putFile(key, await fileWith(randomBytes(10)));
    expect((await keysUnder(store, under)).toSorted()).toEqual(keys.toSorted());
    expect(await keysUnder(store, 'renditions/none')).toEqual([]);
  });

  it.each(['../secret', '/etc/passwd', 'a/../../b', 'a//b', 'a/', '', 'A', 'a b', '.incoming/x', 'a/.b', 'é', `${'a'.repeat(201)}`])(
    'refuses the key %j, whatever is asked',
    async (key) => {
      const file = await fileWith(randomBytes(1));
      await expect(store.putFile(key, file)).rejects.toThrow('not a key');
      await expect(store.open(key)).rejects.toThrow('not a key');
      await expect(store.stat(key)).rejects.toThrow('not a key');
      await expect(store.remove(key)).rejects.toThrow('not a key');
      await expect(store.withLocalFile(key, async () => 1)).rejects.toThrow('not a key');
    }
  );

  it('knows how much more it can hold, or that it does not know', async () => {
    const room = await store.room();
    expect(room === null || room > 0).toBe(true);
  });
});
