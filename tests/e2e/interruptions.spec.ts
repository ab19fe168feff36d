import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES } from '#i18n/locale.ts';
import { killAll, mortalBrowser } from '../support/mortal-browser.ts';
import { spoken } from './microphone.ts';
import { beginToTell, newestTestimony, phone, secondsOn, speak, sql } from './people.ts';
import { dataFolder, killPart, origin } from './running.ts';

test.setTimeout(300_000);
// A trace of a browser that is killed has nowhere to come from, and asking for it fails the test.
test.use({ trace: 'off' });
test.afterEach(killAll);

for (const locale of WORKING_LANGUAGES) {
  test(`R21 a browser killed with -9 while it records loses at most two seconds (${locale})`, async () => {
    const t = speak(locale);
    const profile = mkdtempSync(path.join(tmpdir(), 'sawt-profile-'));
    const voice = await spoken(locale);
    const first = await mortalBrowser(profile, voice.file);
    const page = await first.browser.contexts()[0]!.newPage();
    await page.setViewportSize({ width: 360, height: 740 });
    await beginToTell(await at(page), locale);
    await page.goto(`${origin()}/${locale}/tell/record?audio`);
    await page.getByRole('button', { name: t('contributor:record.open_audio') }).click();
    await page.getByRole('button', { name: t('contributor:record.start') }).click();
    const seconds = () => secondsOn(page.locator('.rec__state bdi'));
    // Chromium writes cookies down every half minute; who answers eleven questions is past that.
    await expect.poll(seconds, { timeout: 90_000 }).toBeGreaterThanOrEqual(35);
    const recorded = await seconds();
    await first.kill();

    const second = await mortalBrowser(profile, voice.file);
    const again = await second.browser.contexts()[0]!.newPage();
    await again.goto(`${origin()}/${locale}/tell/record?audio`);
    await again.getByRole('button', { name: t('contributor:record.cut_off_keep') }).click();
    await expect(again.getByText(t('contributor:sending.safe'))).toBeVisible({ timeout: 120_000 });
    const { id } = await newestTestimony();
    const length = async () =>
      (await sql<{ duration_ms: number | null }>(`select duration_ms from recording where testimony_id = $1`, [id]))[0]?.duration_ms ?? 0;
    await expect.poll(length, { timeout: 60_000 }).toBeGreaterThan(0);
    expect(await length()).toBeGreaterThanOrEqual((recorded - 2) * 1000);
    await second.kill();
  });

  test(`R21 R34 a browser killed seconds after the first word, its cookie lost with it, is offered the recording again (${locale})`, async () => {
    const t = speak(locale);
    const profile = mkdtempSync(path.join(tmpdir(), 'sawt-profile-'));
    const first = await mortalBrowser(profile);
    const page = await first.browser.contexts()[0]!.newPage();
    await page.goto(`${origin()}/${locale}/tell`);
    await page.getByRole('button', { name: t('contributor:tell.begin'), exact: true }).click();
    await page.waitForURL(/\/tell\/consent\//);
    const { id } = await newestTestimony();
    await page.goto(`${origin()}/${locale}/tell/record?audio`);
    await page.getByRole('button', { name: t('contributor:record.open_audio') }).click();
    await page.getByRole('button', { name: t('contributor:record.start') }).click();
    const seconds = () => secondsOn(page.locator('.rec__state bdi'));
    await expect.poll(seconds, { timeout: 30_000 }).toBeGreaterThanOrEqual(4);
    await first.kill();

    const second = await mortalBrowser(profile);
    const context = second.browser.contexts()[0]!;
    expect(await context.cookies(origin()), 'what this journey is about: the session is gone').toEqual([]);
    const again = await context.newPage();
    await again.goto(`${origin()}/${locale}/tell/record?audio`);
    await again.waitForURL(/\/return/);
    await expect(again.getByText(t('contributor:way_back.found'))).toBeVisible();
    await again.getByRole('button', { name: t('contributor:way_back.go_on') }).click();
    await again.getByRole('button', { name: t('contributor:record.cut_off_keep') }).click();
    await expect(again.getByText(t('contributor:sending.safe'))).toBeVisible({ timeout: 120_000 });

    const [kept, ...others] = await sql<{ id: string; sha256: string; state: string; duration_ms: number | null }>(
      `select id, sha256, state::text, duration_ms from recording where testimony_id = $1`,
      [id]
    );
    expect(others, 'the same draft').toEqual([]);
    expect(kept).toMatchObject({ state: 'verified' });
    const there = readFileSync(path.join(dataFolder(), 'media', 'recordings', kept!.id));
    expect(createHash('sha256').update(there).digest('hex')).toBe(kept!.sha256);
    await expect
      .poll(
        async () => (await sql<{ ms: number }>(`select coalesce(duration_ms, 0) as ms from recording where id = $1`, [kept!.id]))[0]!.ms,
        {
          timeout: 60_000
        }
      )
      .toBeGreaterThanOrEqual(2_000);
    // Nothing leads back a second time.
    expect(
      await sql(`select 1 from way_back b join receipt_session s on s.token_hash = b.session_hash where s.testimony_id = $1`, [id])
    ).toEqual([]);
    await again.goto(`${origin()}/${locale}/return`);
    await expect(again.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(again.getByText(t('contributor:way_back.found'))).toHaveCount(0);
    await second.kill();
  });

  test(`R21 R34 an upload outlives a dropped line, a reload and a server killed with -9, and arrives bit for bit (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-long-')), 'long.wav');
    execFileSync('ffmpeg', [
      '-nostdin',
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      'anoisesrc=d=150:c=pink:a=0.05:r=48000',
      '-ac',
      '2',
      file
    ]);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');

    const context = await phone(browser, locale);
    const page = await context.newPage();
    await beginToTell(page, locale);
    await page.goto(`/${locale}/tell/file`);
    const line = await context.newCDPSession(page);
    const network = (offline: boolean) =>
      line.send('Network.emulateNetworkConditions', { offline, latency: 20, downloadThroughput: 4_000_000, uploadThroughput: 1_500_000 });
    await network(false);
    await page.getByLabel(t('contributor:file.choose')).setInputFiles(file);
    const sent = async () => (await sql<{ id: string }>(`select id from recording order by created_at desc limit 1`))[0]?.id;
    await expect.poll(() => offsetOf(sent), { timeout: 90_000 }).toBeGreaterThan(1_000_000);

    await network(true);
    await expect(page.getByText(t('contributor:sending.offline'))).toBeVisible({ timeout: 60_000 });
    const before = await offsetOf(sent);
    await network(false);
    await expect.poll(() => offsetOf(sent), { timeout: 90_000 }).toBeGreaterThan(before);

    await killPart('web');
    const killedAt = await offsetOf(sent);
    await expect.poll(() => offsetOf(sent), { timeout: 90_000 }).toBeGreaterThan(killedAt);

    page.on('dialog', (dialog) => void dialog.accept());
    await page.reload();

    // A second window on the same upload leaves it to the first.
    const other = await context.newPage();
    await other.goto(`/${locale}/tell/file`);
    await expect(other.getByText(t('contributor:sending.elsewhere'))).toBeVisible({ timeout: 30_000 });
    await other.close();

    await line.detach();
    await expect(page.getByText(t('contributor:sending.safe'))).toBeVisible({ timeout: 180_000 });
    const [kept] = await sql<{ id: string; sha256: string; state: string }>(
      `select id, sha256, state::text from recording order by created_at desc limit 1`
    );
    expect(kept).toMatchObject({ sha256, state: 'verified' });
    const there = readFileSync(path.join(dataFolder(), 'media', 'recordings', kept!.id));
    expect(createHash('sha256').update(there).digest('hex')).toBe(sha256);
    await context.close();
  });
}

/** Journeys name pages from the root; a browser of our own has no base address, so it goes to the front page first. */
async function at(page: Page): Promise<Page> {
  const go = page.goto.bind(page);
  page.goto = (url, options) => go(new URL(url, origin()).href, options);
  return page;
}

/** Bytes of the upload that are on disk. */
async function offsetOf(upload: () => Promise<string | undefined>): Promise<number> {
  const id = await upload();
  if (!id) return 0;
  try {
    return readFileSync(path.join(dataFolder(), 'uploads', id)).length;
  } catch {
    return 0;
  }
}
