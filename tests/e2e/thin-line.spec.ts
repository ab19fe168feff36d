import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { chromium, expect, test } from '@playwright/test';
import { WORKING_LANGUAGES } from '#i18n/locale.ts';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';
import { thinLine } from '../support/thin-line.ts';
import { beginToTell, phone, speak, sql } from './people.ts';
import { dataFolder, killPart } from './running.ts';

test.setTimeout(300_000);

/** 20 kbit/s. */
const THINNEST = 2_500;

for (const locale of WORKING_LANGUAGES) {
  test(`R21 R34 an upload outlives an hour without a line, one that flaps, 20 kbit/s and a restarted server, bit for bit (${locale})`, async () => {
    const t = speak(locale);
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-thin-')), 'long.wav');
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc=d=60:c=pink:a=0.05:r=48000', '-ac', '2', file]);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');
    const line = await thinLine();
    const browser = await chromium.launch({
      executablePath: BROWSER_PATH,
      args: BROWSER_FLAGS,
      proxy: { server: line.address, bypass: '<-loopback>' }
    });
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await page.clock.install();
    await beginToTell(page, locale);
    await page.goto(`/${locale}/tell/file`);
    await page.getByRole('button', { name: t('contributor:file.send') }).waitFor({ state: 'detached' });
    // What sends is fetched when it is needed; from here on the line is as thin as it gets.
    line.up(400_000);
    const [before] = await sql<{ n: number }>(`select count(*)::int as n from recording`);
    await page.getByLabel(t('contributor:file.choose')).setInputFiles(file);
    const recording = async () =>
      (
        await sql<{ id: string; sha256: string; state: string }>(
          `select id, sha256, state::text from recording order by created_at desc limit 1`
        )
      )[0]!;
    await expect
      .poll(async () => (await sql<{ n: number }>(`select count(*)::int as n from recording`))[0]!.n, { timeout: 60_000 })
      .toBe(before!.n + 1);
    const there = async () => {
      try {
        return readFileSync(path.join(dataFolder(), 'uploads', (await recording()).id)).length;
      } catch {
        return 0;
      }
    };
    await expect.poll(there, { timeout: 60_000 }).toBeGreaterThan(500_000);

    line.down();
    await expect(page.getByText(t('contributor:sending.offline'))).toBeVisible({ timeout: 60_000 });
    const kept = await there();
    for (let minutes = 0; minutes < 60; minutes += 5) {
      await page.clock.fastForward(300_000);
      await wait(200);
    }
    await expect(page.getByText(t('contributor:sending.offline')), 'an hour later it still waits').toBeVisible();
    expect(await there()).toBe(kept);

    /** Nobody waits for a delay that the page counts. */
    const onwards = async () => {
      await page.clock.fastForward(600_000);
      await wait(500);
    };
    line.up(THINNEST);
    const sent = line.sent();
    await expect
      .poll(
        async () => {
          await onwards();
          return line.sent() - sent;
        },
        { timeout: 60_000 }
      )
      .toBeGreaterThan(20_000);

    for (let flaps = 0; flaps < 6; flaps += 1) {
      line.down();
      await wait(300);
      line.up(1_500_000);
      await onwards();
    }
    const flapped = await there();
    expect(flapped).toBeGreaterThan(kept);

    line.up(1_500_000);
    await killPart('web');
    line.up();
    const safe = page.getByText(t('contributor:sending.safe'));
    await expect
      .poll(
        async () => {
          await onwards();
          return safe.isVisible();
        },
        { timeout: 120_000 }
      )
      .toBe(true);
    const arrived = await recording();
    expect(arrived).toMatchObject({ sha256, state: 'verified' });
    const bytes = readFileSync(path.join(dataFolder(), 'media', 'recordings', arrived.id));
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
    await browser.close();
    await line.stop();
  });
}
