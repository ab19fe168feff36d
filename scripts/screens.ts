import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium, type Browser, type BrowserContext } from '@playwright/test';
import pg from 'pg';
import { BROWSER_FLAGS, BROWSER_PATH } from '../playwright.config.ts';
import { openDatabase } from '#platform/db.server.ts';
import { beginTestimony } from '#modules/testimony/begin-testimony.server.ts';
import { openReceipt } from '#modules/testimony/open-receipt.server.ts';
import { SESSION_COOKIE } from '#modules/testimony/session.server.ts';
import { readEnv } from '#platform/env.ts';
import { withArchive } from './sample/running-archive.ts';
import { codeOf, type SampleAccount } from './sample/staff.ts';
import { TESTIMONIES, type End } from './sample/testimonies.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const OUT = path.join(ROOT, 'screens');
const LANGUAGES = ['ar', 'en'] as const;
const WIDTHS = [360, 1280] as const;

/** Of these the README shows what a person sees first, without scrolling. */
const README: Readonly<Record<string, number>> = { home: 360, consent: 360, testimony: 1280, 'desk-transcript': 1280 };
const SHOWN = path.join(ROOT, 'docs', 'screens');

/** `npm run screens -- home search` takes these only. */
const only = process.argv.slice(2);

type Sample = { staff: SampleAccount[]; receipts: string[] };

/** A page or a state of one: its address after the language. */
type Screen = { name: string; path: string };

/** `npm run screens`: a picture of every page and state of a sample archive, in both languages, on a phone and on a desk. */
async function main(folder: string): Promise<void> {
  const { staff, receipts } = readSample(folder);
  const env = readEnv();
  const db = openDatabase(env.DATABASE_URL, 2);
  const ids = await testimonies();
  if (only.length === 0) rmSync(OUT, { recursive: true, force: true });
  for (const folder of [OUT, SHOWN]) mkdirSync(folder, { recursive: true });

  const browser = await chromium.launch({ executablePath: BROWSER_PATH, args: BROWSER_FLAGS });
  const problems: string[] = [];
  const take = (context: BrowserContext, screens: Screen[]) => pictures(context, screens, problems);
  try {
    const visitor = await contextAt(browser, env.ORIGIN);
    await take(visitor, [...publicScreens(ids), ...doors()]);

    const { cookie } = await beginTestimony({ db }, { language: 'ar' });
    await take(await asContributor(browser, env.ORIGIN, cookie), telling());
    for (const state of ['submitted', 'changes_requested', 'scheduled', 'published', 'withdrawn'] as const) {
      const own = await openReceipt({ db, env }, receiptOf(receipts, state));
      await take(await asContributor(browser, env.ORIGIN, own.cookie), mine(state));
    }

    const signedIn = async (role: string) =>
      signIn(
        browser,
        env.ORIGIN,
        staff.find(({ roles }) => roles.includes(role as never))!
      );
    await take(await signedIn('reviewer'), deskScreens(ids));
    await take(await signedIn('admin'), [
      { name: 'desk-people', path: '/desk/people' },
      { name: 'desk-vocabulary', path: '/desk/vocabulary' },
      { name: 'desk-health', path: '/desk/health' },
      { name: 'desk-narration', path: '/desk/narration' },
      { name: 'desk-support', path: '/desk/support' }
    ]);
    await take(await signedIn('custodian'), [
      { name: 'desk-keys', path: '/desk/keys' },
      { name: 'desk-identities', path: '/desk/identities' }
    ]);
    await take(await signedIn('linguist'), [{ name: 'desk-linguist', path: '/desk' }]);
    await take(await signedIn('reader'), [{ name: 'search-reader', path: '/search?q=list' }]);
  } finally {
    await browser.close();
    await db.destroy();
  }

  if (problems.length) console.log(`\nWorth a look:\n${problems.join('\n')}`);
  console.log(`\nThe pictures are in ${OUT}.`);
}

function readSample(folder: string): Sample {
  try {
    return JSON.parse(readFileSync(path.join(folder, 'sample.json'), 'utf8')) as Sample;
  } catch {
    throw new Error('There is no sample archive to take pictures of: run npm run sample first.');
  }
}

/** Ids by what the sample did with them, the first of each kind. */
async function testimonies(): Promise<Record<string, string>> {
  const owner = new pg.Client({ connectionString: process.env.DATABASE_OWNER_URL });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ id: string; state: string; medium: string | null }>(
      `select id, state::text, medium::text from testimony where is_sample order by created_at`
    );
    const ids: Record<string, string> = {};
    for (const { id, state, medium } of rows) {
      ids[state] ??= id;
      ids[`${state}.${medium}`] ??= id;
    }
    return ids;
  } finally {
    await owner.end();
  }
}

/** Samples without a receipt (drafts) are not among the receipts, which come in the same order. */
function receiptOf(receipts: readonly string[], end: End): string {
  return receipts[TESTIMONIES.filter((sample) => sample.end !== 'draft').findIndex((sample) => sample.end === end)]!;
}

const publicScreens = (ids: Record<string, string>): Screen[] => [
  { name: 'home', path: '/' },
  { name: 'search', path: '/search?q=window' },
  { name: 'search-arabic', path: `/search?q=${encodeURIComponent('الجدار')}` },
  { name: 'search-empty', path: '/search?q=zzzzzzzz' },
  { name: 'testimony', path: `/testimonies/${ids['published.audio']}` },
  { name: 'testimony-video', path: `/testimonies/${ids['published.video']}` },
  { name: 'testimony-written', path: `/testimonies/${ids['published.written']}` },
  { name: 'testimony-gone', path: `/testimonies/${ids.withdrawn}` },
  { name: 'not-found', path: '/nothing-here' },
  { name: 'places', path: '/places' },
  { name: 'place', path: '/places/wadi-al-sindyan-prison' },
  { name: 'themes', path: '/themes' },
  { name: 'theme', path: '/themes/solidarity-among-detainees' },
  { name: 'years', path: '/years' },
  { name: 'about', path: '/about' },
  { name: 'cite', path: '/cite' },
  { name: 'journalists', path: '/journalists' },
  { name: 'accessibility', path: '/accessibility' },
  { name: 'calm', path: '/calm' },
  { name: 'support', path: '/support' }
];

const doors = (): Screen[] => [
  { name: 'tell', path: '/tell' },
  { name: 'return', path: '/return' },
  { name: 'return-over', path: '/return?over' },
  { name: 'offline', path: '/offline' },
  { name: 'desk-sign-in', path: '/desk/sign-in' },
  { name: 'desk-recovery', path: '/desk/recovery' },
  { name: 'desk-invitation-over', path: '/desk/invitation?token_hash=0&type=invite' }
];

const telling = (): Screen[] => [
  { name: 'consent', path: '/tell/consent/public' },
  { name: 'consent-face', path: '/tell/consent/face' },
  { name: 'understood', path: '/tell/understood' },
  { name: 'spoken-consent', path: '/tell/spoken/consent' },
  { name: 'earlier', path: '/tell/earlier' },
  { name: 'others', path: '/tell/others' },
  { name: 'identity', path: '/tell/identity' },
  { name: 'how', path: '/tell/how' },
  { name: 'record-audio', path: '/tell/record?audio' },
  { name: 'record-video', path: '/tell/record?video' },
  { name: 'file', path: '/tell/file' },
  { name: 'write', path: '/tell/write' },
  { name: 'receipt', path: '/tell/receipt' },
  { name: 'receipt-confirm', path: '/tell/receipt/confirm' },
  { name: 'review', path: '/tell/review' }
];

const mine = (state: string): Screen[] => [
  { name: `mine-${state}`, path: '/mine' },
  ...(state === 'changes_requested' ? [{ name: 'mine-messages', path: '/mine/messages' }] : []),
  ...(state === 'scheduled'
    ? [
        { name: 'mine-edition', path: '/mine/edition' },
        { name: 'mine-text', path: '/mine/text' }
      ]
    : []),
  ...(state === 'published'
    ? [
        { name: 'mine-consent', path: '/mine/consent' },
        { name: 'mine-withdraw', path: '/mine/withdraw' }
      ]
    : [])
];

const deskScreens = (ids: Record<string, string>): Screen[] => [
  { name: 'desk-queue', path: '/desk' },
  { name: 'desk-testimony', path: `/desk/testimonies/${ids['in_review.audio']}` },
  { name: 'desk-testimony-written', path: `/desk/testimonies/${ids.changes_requested}` },
  { name: 'desk-transcript', path: `/desk/testimonies/${ids['in_review.audio']}/transcript` },
  { name: 'desk-transcript-submitted', path: `/desk/testimonies/${ids['submitted.audio']}/transcript` },
  { name: 'desk-decision', path: `/desk/testimonies/${ids['in_review.audio']}/decision` },
  { name: 'desk-decision-scheduled', path: `/desk/testimonies/${ids.scheduled}/decision` },
  { name: 'desk-not-found', path: '/desk/testimonies/00000000-0000-4000-8000-000000000000' }
];

const contextAt = (browser: Browser, baseURL: string) =>
  browser.newContext({ baseURL, permissions: ['microphone', 'camera'], reducedMotion: 'reduce' });

async function asContributor(browser: Browser, origin: string, cookie: string): Promise<BrowserContext> {
  const context = await contextAt(browser, origin);
  await context.addCookies([{ name: SESSION_COOKIE, value: cookie, url: origin, httpOnly: true, sameSite: 'Strict' }]);
  return context;
}

/** By the pages, as a person does; readers have no second step. */
async function signIn(browser: Browser, origin: string, { email, password, secret }: SampleAccount): Promise<BrowserContext> {
  const context = await contextAt(browser, origin);
  const page = await context.newPage();
  await page.goto('/en/desk/sign-in');
  await page.locator('input[name=email]').fill(email);
  await page.locator('input[name=password]').fill(password);
  await page.locator('form:has(input[name=password]) button[type=submit]').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  if (secret) {
    await page.locator('input[name=code]').fill(codeOf(secret));
    await page.locator('form:has(input[name=code]) button[type=submit]').click();
    await page.waitForURL((url) => !url.pathname.endsWith('/second-factor'));
  }
  await page.close();
  return context;
}

/** Every screen in every language and width; a page that answers with a failure, or scrolls sideways, is noted. */
async function pictures(context: BrowserContext, screens: Screen[], problems: string[]): Promise<void> {
  const page = await context.newPage();
  for (const { name, path: address } of screens.filter((screen) => only.length === 0 || only.includes(screen.name))) {
    for (const language of LANGUAGES) {
      for (const width of WIDTHS) {
        const file = `${name}.${language}.${width}.png`;
        await page.setViewportSize({ width, height: width === 360 ? 740 : 800 });
        const answer = await page.goto(`/${language}${address === '/' ? '' : address}`, { waitUntil: 'load' });
        await page.evaluate(() => document.fonts.ready.then(() => undefined));
        await page.screenshot({ path: path.join(OUT, file), fullPage: true });
        if (README[name] === width) await page.screenshot({ path: path.join(SHOWN, file) });
        if ((answer?.status() ?? 0) >= 500) problems.push(`${file}: answered ${answer!.status()}`);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        if (wide) problems.push(`${file}: scrolls sideways`);
        console.log(file);
      }
    }
  }
  await context.close();
}

await withArchive(main);
