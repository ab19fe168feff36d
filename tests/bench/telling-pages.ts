import { request } from 'node:http';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { servePages } from '#tests/support/pages-server.ts';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';
import type { Row } from './bench.ts';

const PAGES = ['/ar/tell', '/en/tell', '/ar/tell/record?video', '/en/tell/record?video'];

/** 400 kbit/s with 400 ms on the way, and a processor six times slower than this one. */
const THIN = { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 };
const SLOWER = 6;

/** What landing and recording weigh before recording starts, as sent over https (brotli), and when they can be used on an old phone. */
export async function run(): Promise<Row[]> {
  const { origin, stop } = await servePages();
  const browser = await chromium.launch({ executablePath: BROWSER_PATH, args: BROWSER_FLAGS });
  try {
    const context = await browser.newContext({
      viewport: { width: 360, height: 740 },
      permissions: ['microphone', 'camera'],
      // Each page is weighed and timed as for who comes for the first time.
      serviceWorkers: 'block'
    });
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
