import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import type { Env } from '#platform/env.ts';
import { engineHealth } from './engine-health.server.ts';
import { openEngines } from './engines.server.ts';

const database = await testDatabase();
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-health-'));
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

it('tells an engine that does not answer from one that was never named, and says what the others are', async () => {
  // Port 1 is nobody's.
  const env = { SAWT_DATA: folder, TRANSCRIBER_URL: 'http://127.0.0.1:1' } as Env;
  const health = await engineHealth({ env, ...openEngines(env, database.db) });
  expect(health).toMatchObject([
    { engine: 'transcriber', state: 'down' },
    { engine: 'translator', state: 'absent', detail: null },
    { engine: 'index', state: 'up', detail: 'postgres' },
    { engine: 'store', state: 'up' }
  ]);
});
