import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { killAll, mortalBrowser } from '#tests/support/mortal-browser.ts';
import { servePages, type PagesServer } from '#tests/support/pages-server.ts';
import { someoneTelling } from '#tests/support/telling.ts';
import type { Row } from './bench.ts';

/** A hundred take a quarter of an hour; `SAWT_KILLS=10 npm run bench kills` for a first look. */
const KILLS = Number(process.env.SAWT_KILLS ?? 100);

/** A browser is killed with -9 while it records, again and again, at no particular moment: how much of what was said is not on the phone? */
export async function run(): Promise<Row[]> {
  const pages = await servePages();
  try {
    const lost: number[] = [];
    for (let kill = 0; kill < KILLS; kill += 1) lost.push(await secondsLost(pages));
    lost.sort((a, b) => a - b);
    return [
      { name: `browser killed while recording, ${KILLS} times: lost at worst`, figure: lost.at(-1)!, unit: 's', target: '<= 2 s' },
      { name: 'lost in the middle', figure: lost[Math.floor(lost.length / 2)]!, unit: 's' },
      { name: 'recordings that were not there', figure: lost.filter((seconds) => seconds === Infinity).length, unit: '', target: '<= 0' }
    ];
  } finally {
    await killAll();
    await pages.stop();
  }
}

async function secondsLost({ origin, database }: PagesServer): Promise<number> {
  const profile = await mkdtemp(path.join(tmpdir(), 'sawt-kills-'));
  const { headers } = await someoneTelling(database.db);
  const [name, value] = headers.cookie.split('=') as [string, string];
  const first = await mortalBrowser(profile);
  const context = first.browser.contexts()[0]!;
  await context.addCookies([{ name, value, url: origin }]);
  const page = await context.newPage();
  await page.goto(`${origin}/en/tell/record?audio`);
  await page.locator('main:not(:has([data-given])) .rec .button--primary').click();
  const start = page.locator('.rec__acts .button--primary');
  await start.waitFor();
  // Counted from before the press: if anything, too much is called lost.
  const began = performance.now();
  await start.click();
  await page.locator('.rec__state bdi').waitFor();
  await wait(2_000 + Math.random() * 3_000);
  const recorded = performance.now() - began;
  await first.kill();

  const second = await mortalBrowser(profile);
  const again = await second.browser.contexts()[0]!.newPage();
  await again.goto(`${origin}/en/return`);
  const keptMs = await again.evaluate(keptOnShelf);
  await second.kill();
  await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  return keptMs ? Math.max(0, recorded - keptMs) / 1_000 : Infinity;
}

/** How far the recording on the shelf goes (ms), by its parts that are whole; runs in the page. */
async function keptOnShelf(): Promise<number> {
  const done = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)));
  const shelf = await done(indexedDB.open('shelf'));
  if (!shelf.objectStoreNames.contains('parts')) return 0;
  const parts = await done<{ untilMs: number }[]>(shelf.transaction('parts').objectStore('parts').getAll());
  return Math.max(0, ...parts.map(({ untilMs }) => untilMs));
}
