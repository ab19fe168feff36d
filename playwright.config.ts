import { existsSync } from 'node:fs';
import { defineConfig } from '@playwright/test';

/** The system's own browser: none is downloaded. */
export const BROWSER_PATH =
  process.env.SAWT_CHROMIUM ??
  ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((path) => existsSync(path));

/** Quiet (no request of its own leaves the browser), and with a microphone and a camera that play a file. */
export const BROWSER_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream'
];

export default defineConfig({
  testDir: 'tests/e2e',
  globalSetup: './tests/e2e/archive.ts',
  // The journeys share one running archive and two cores with the speech engine.
  workers: 1,
  fullyParallel: false,
  // The microphone plays in real time beside a speech engine: on two busy cores it stutters. What passes only at its second try is named.
  retries: 1,
  timeout: 180_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  outputDir: 'test-results',
  reporter: [['list'], ['json', { outputFile: 'test-results/journeys.json' }]],
  use: {
    baseURL: process.env.SAWT_TEST_ORIGIN,
    locale: 'en',
    actionTimeout: 15_000,
    trace: 'retain-on-failure',
    permissions: ['microphone', 'camera'],
    launchOptions: { executablePath: BROWSER_PATH, args: BROWSER_FLAGS }
  }
});
