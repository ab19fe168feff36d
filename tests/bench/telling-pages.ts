import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { openDeps } from '#engines/engines.server.ts';
import { uploadsHandler } from '#modules/upload/uploads-handler.server.ts';
import { readEnv } from '#platform/env.ts';
import { openQueue } from '#platform/jobs.server.ts';
import { startTestCluster, testDatabase } from '#tests/database.ts';
import { webServer } from '#web/server.ts';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';
import type { Row } from './bench.ts';

const BUILT = path.resolve(import.meta.dirname, '../../build/handler.js');
const PAGES = ['/ar/tell', '/en/tell', '/ar/tell/record?video', '/en/tell/record?video'];

/** 400 kbit/s with 400 ms on the way, and a processor six times slower than this one. */
const THIN = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SLOWER = 6;

/** What landing and recording weigh before recording starts, as sent over https (brotli), and when they can be used on an old phone. */
export async function run(): Promise<Row[]> {
  if (!existsSync(BUILT)) throw new Error('The pages are not built: npm run build.');
  const { origin, stop } = await servePages();
  const browser = await chromium.launch({ executablePath: BROWSER_PATH, args: BROWSER_FLAGS });
  try {
    const context = await browser.newContext({ viewport: { width: 360, height: 740 }, permissions: ['microphone', 'camera'] });
    await beginToTell(context, origin);
    const rows: Row[] = [];
    for (const address of PAGES) {
      const { all, script } = await weigh(context, origin + address);
      rows.push({ name: `${address}: everything`, figure: all / 1000, unit: 'kB', target: '<= 100 kB' });
      rows.push({ name: `${address}: script`, figure: script / 1000, unit: 'kB', target: '<= 45 kB' });
      rows.push({
        name: `${address}: usable on a thin line`,
        figure: await usableAfter(context, origin + address),
        unit: 's',
        target: '<= 5 s'
      });
    }
    return rows;
  } finally {
    await browser.close();
    await stop();
  }
}

async function servePages(): Promise<{ origin: string; stop: () => Promise<void> }> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const data = await mkdtemp(path.join(tmpdir(), 'sawt-pages-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  Object.assign(process.env, {
    DATABASE_URL: database.webUrl,
    // Nobody signs in here.
    SUPABASE_URL: origin,
    SUPABASE_PUBLISHABLE_KEY: randomBytes(20).toString('hex'),
    ORIGIN: origin,
    SAWT_DATA: data,
    SAWT_SECRET: randomBytes(32).toString('hex')
  });
  const env = readEnv();
  await openQueue(database.db);
  const { handler } = (await import(BUILT)) as { handler: Parameters<typeof webServer>[0]['pages'] };
  const server = webServer({ origin, uploads: uploadsHandler(openDeps(env, database.db)), pages: handler, isHealthy: async () => true });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const stop = async () => {
    server.closeAllConnections();
    server.close();
    await database.close();
    await cluster.stop();
    await rm(data, { recursive: true, force: true });
  };
  return { origin, stop };
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

async function beginToTell(context: BrowserContext, origin: string): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${origin}/en/tell`);
  await page.locator('form button[type=submit]').click();
  await page.waitForURL('**/consent/keep');
  await page.close();
}

const records = (address: string) => address.includes('/record');

/** Camera and microphone are on; the next press would record. */
async function openDevices(page: Page): Promise<void> {
  await page.locator('.rec .button--primary').click();
  await page.locator('.rec__acts .button--primary').waitFor();
}

/** Bytes of every answer the page asks for until recording could start, compressed as over https. */
async function weigh(context: BrowserContext, address: string): Promise<{ all: number; script: number }> {
  const asked = new Map<string, string>();
  const page = await context.newPage();
  page.on('response', (response) => asked.set(response.url(), response.request().resourceType()));
  await page.goto(address, { waitUntil: 'networkidle' });
  if (records(address)) {
    await openDevices(page);
    await page.waitForLoadState('networkidle');
  }
  await page.close();
  const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
  let [all, script] = [0, 0];
  for (const [url, type] of asked) {
    if (!url.startsWith('http')) continue;
    const bytes = await sentBytes(url, cookie);
    all += bytes;
    if (type === 'script') script += bytes;
  }
  return { all, script };
}

function sentBytes(url: string, cookie: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request(url, { headers: { 'accept-encoding': 'br, gzip', cookie } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => (bytes += part.length));
      response.on('end', () => resolve(bytes));
    })
      .on('error', reject)
      .end();
  });
}

/** Seconds until the page's first button does what it says. */
async function usableAfter(context: BrowserContext, address: string): Promise<number> {
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await cdp.send('Network.enable');
  await cdp.send('Network.setCacheDisabled', { cacheDisabled: true });
  await cdp.send('Network.emulateNetworkConditions', THIN);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  const began = performance.now();
  await page.goto(address, { waitUntil: 'commit' });
  // The landing page's form works without script; recording needs it, and what the server handed it is gone once it runs.
  if (records(address)) await page.locator('main:not(:has([data-given])) .rec .button--primary').waitFor();
  else await page.locator('form button[type=submit]').waitFor();
  const seconds = (performance.now() - began) / 1000;
  await page.close();
  return seconds;
}
