import { createServer, type AddressInfo } from 'node:net';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { s3Store } from './s3.server.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'sawt-s3-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Where nothing listens: a port that was free a moment ago. */
async function nowhere(): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((listening) => server.once('listening', listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

describe('the media store on an S3 server that is away', () => {
  it('R34 says so, whatever is asked, and keeps the file that it could not send', { timeout: 30_000 }, async () => {
    const place = { endpoint: await nowhere(), region: 'local', bucket: 'sawt', accessKeyId: 'id', secretAccessKey: 'secret' };
    const store = s3Store(place, { SAWT_DATA: folder });
    const file = path.join(folder, 'recording');
    await writeFile(file, 'a voice');
    const down = { code: 'store_down', status: 503 };

    await Promise.all([
      expect(store.putFile('recordings/a', file)).rejects.toMatchObject(down),
      expect(store.adoptFile('recordings/a', file)).rejects.toMatchObject(down),
      expect(store.open('recordings/a')).rejects.toMatchObject(down),
      expect(store.stat('recordings/a')).rejects.toMatchObject(down),
      expect(store.withLocalFile('recordings/a', async () => 1)).rejects.toMatchObject(down),
      expect(store.remove('recordings/a')).rejects.toMatchObject(down),
      expect(store.list('recordings')[Symbol.asyncIterator]().next()).rejects.toMatchObject(down),
      expect(store.room()).rejects.toMatchObject(down)
    ]);
    expect(await readFile(file, 'utf8')).toBe('a voice');
  });
});
