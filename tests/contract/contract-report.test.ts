import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A run of its own over suites of every outcome, since a failure here would be one of ours. */
function told(environment: Record<string, string>): { printed: string; written: unknown } {
  const folder = mkdtempSync(path.join(tmpdir(), 'sawt-contracts-'));
  const file = path.join(folder, 'contracts.json');
  const fixtures = path.join(ROOT, 'tests/fixtures/contract-suites');
  const args = ['run', '--config', `${fixtures}/vitest.config.ts`, '--reporter', `${ROOT}/tests/support/contract-reporter.ts`];
  const env = { PATH: process.env.PATH, SAWT_CONTRACTS_REPORT: file, ...environment };
  const { stdout } = spawnSync(process.execPath, [path.join(ROOT, 'node_modules/vitest/vitest.mjs'), ...args], { env, encoding: 'utf8' });
  const written: unknown = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true });
  return { printed: stdout, written };
}

it('tells of each adapter how its contract went, and takes none for tested that was not', () => {
  const { printed, written } = told({});
  expect(printed.split('\n').filter((line) => line.startsWith('  '))).toEqual([
    '  kettle · copper: passed 2, failed 1',
    '  kettle · hired: skipped: KETTLE_URL not set',
    '  lamp · broken: passed 0, failed 2'
  ]);
  expect(written).toMatchObject([
    { port: 'kettle', adapter: 'copper', variable: null, skipped: null, passed: 2, failed: 1 },
    { port: 'kettle', adapter: 'hired', variable: 'KETTLE_URL', skipped: 'KETTLE_URL not set', passed: 0, failed: 0 },
    { port: 'lamp', adapter: 'broken', variable: null, skipped: null, passed: 0, failed: 2, told: 'lamp · broken: passed 0, failed 2' }
  ]);
});

it('tests a server that its variable names', () => {
  expect(told({ KETTLE_URL: 'http://127.0.0.1:9' }).printed).toContain('  kettle · hired: passed 2, failed 1\n');
});
