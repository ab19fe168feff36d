import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Upload } from 'tus-js-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../database.ts';
import { startUploadsServer } from '../support/start-uploads-server.ts';
import { announced, someoneTelling } from '../support/telling.ts';

let database: TestDatabase;
let dataDir: string;

beforeAll(async () => {
  database = await testDatabase();
  dataDir = await mkdtemp(path.join(tmpdir(), 'sawt-killed-'));
});
afterAll(async () => {
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

it('R21 R34 finishes an upload whose server was killed with -9 five times on the way, sending little twice', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const { id, bytes, sha256 } = await announced(database.db, contributor, 12_000_000);
  let server = await startUploadsServer({ kind: 'ours', webUrl: database.webUrl, dataDir });
  const { port } = server;
  let kills = 0;
  let sent = 0;
  let restarting: Promise<void> = Promise.resolve();

  await new Promise<void>((done, failed) => {
    const upload = new Upload(bytes, {
      endpoint: `${server.address}/uploads`,
      chunkSize: 1_000_000,
      retryDelays: Array.from({ length: 40 }, () => 250),
      headers,
      metadata: { recording: id },
      onChunkComplete: (chunk) => {
        sent += chunk;
        if (kills >= 5) return;
        kills += 1;
        restarting = restarting.then(async () => {
          await server.kill();
          server = await startUploadsServer({ kind: 'ours', webUrl: database.webUrl, dataDir, port });
        });
      },
      onSuccess: () => done(),
      onError: failed
    });
    upload.start();
  });
  await restarting;

  const kept = await readFile(path.join(dataDir, 'media', 'recordings', id));
  expect(createHash('sha256').update(kept).digest('hex')).toBe(sha256);
  expect(kills).toBe(5);
  expect(sent).toBeLessThanOrEqual(bytes.length);
  const [row] = await database.sql(`select state from recording where id = $1`, [id]);
  expect(row).toEqual({ state: 'received' });
  await server.kill();
});
