import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dataFolder, keptSecrets, readEnvironment, writeEnvironment } from './data-folder.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sawt-data-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('makes its secrets once, readable by its user only', () => {
  const first = keptSecrets(folder);
  expect(first.secret).toMatch(/^[0-9a-f]{64}$/);
  expect(keptSecrets(folder)).toEqual(first);
  expect(statSync(path.join(folder, 'secrets.json')).mode & 0o777).toBe(0o600);
});

it('reads back the settings it wrote, whatever is in them', () => {
  const settings = { DATABASE_URL: 'postgres://u:p@h/db?a=b', NAME: 'two words "quoted"\nand a line' };
  writeEnvironment(folder, settings);
  expect(readEnvironment(folder)).toEqual(settings);
  expect(statSync(path.join(folder, 'archive.env')).mode & 0o777).toBe(0o600);
  expect(readEnvironment(path.join(folder, 'nowhere'))).toBeNull();
});

it('keeps data where it is told to', async () => {
  expect(await dataFolder({ SAWT_DATA: folder })).toEqual({ folder, elsewhere: false });
});
