import { chromium, expect, test } from '@playwright/test';
import { WORKING_LANGUAGES } from '#i18n/locale.ts';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';
import { thinLine } from '../support/thin-line.ts';
import { beginToTell, newestTestimony, phone, secondsOn, speak, sql } from './people.ts';

for (const locale of WORKING_LANGUAGES) {
  test(`R21 R22 what is recorded without a line waits on the phone, is sent when it returns, and leaves nothing behind (${locale})`, async () => {
    const t = speak(locale);
    const line = await thinLine();
    const browser = await chromium.launch({
      executablePath: BROWSER_PATH,
      args: BROWSER_FLAGS,
      proxy: { server: line.address, bypass: '<-loopback>' }
    });
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await beginToTell(page, locale);
    const { id } = await newestTestimony();
    const workers = () => page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
    expect(await workers(), 'nothing is installed for who only reads').toBe(0);

    await page.goto(`/${locale}/tell/record?audio`);
    await page.getByRole('button', { name: t('contributor:record.open_audio') }).click();
    await page.getByRole('button', { name: t('contributor:record.start') }).click();
    await expect.poll(() => secondsOn(page.locator('.rec__state bdi'))).toBeGreaterThanOrEqual(2);
    await page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);

    line.down();
    await expect(page.getByText(t('contributor:record.safe_phone')), 'R19 it says where it is').toBeVisible();
    await page.getByRole('button', { name: t('contributor:record.stop') }).click();
    await expect(page.getByText(t('contributor:sending.offline'))).toBeVisible();
    await page.reload();
    await expect(page.getByRole('heading', { name: t('contributor:offline.title') })).toBeVisible();
    await expect(page).toHaveTitle(t('common:neutral_title'));
    expect(await sql(`select 1 from recording where testimony_id = $1`, [id])).toEqual([]);

    const kept = await page.evaluate(async () => {
      const found: string[] = [];
      for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
      return found;
    });
    expect(kept.length).toBeGreaterThan(2);
    expect(
      kept.filter((path) => !/^\/_app\/immutable\/|^\/[a-z]+\/offline$/.test(path)),
      'nothing of anybody in its memory'
    ).toEqual([]);

    line.up();
    await page.getByRole('link', { name: t('contributor:sending.again') }).click();
    await expect(page.getByText(t('contributor:sending.safe'))).toBeVisible({ timeout: 60_000 });
    expect(await sql(`select state::text from recording where testimony_id = $1`, [id])).toEqual([{ state: 'verified' }]);

    await page.goto(`/${locale}/mine`);
    await page.getByRole('button', { name: t('contributor:mine.forget'), exact: true }).click();
    await page.waitForURL((url) => !url.pathname.endsWith('/mine'));
    expect(await workers()).toBe(0);
    expect(await page.evaluate(async () => [(await caches.keys()).length, (await indexedDB.databases()).length])).toEqual([0, 0]);
    await browser.close();
    await line.stop();
  });
}

test('R22 the telling pages can be put on the home screen under a name and a picture that tell nothing', async ({ request }) => {
  for (const locale of WORKING_LANGUAGES) {
    const manifest = (await (await request.get(`/${locale}/page.webmanifest`)).json()) as {
      name: string;
      start_url: string;
      icons: unknown[];
    };
    expect(manifest.name).toBe(speak(locale)('common:neutral_title'));
    expect(JSON.stringify(manifest)).not.toMatch(/sawt|صوت|testimony|شهاد/i);
    expect(manifest.icons).toHaveLength(1);
  }
});
