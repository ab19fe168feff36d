import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from '@playwright/test';
import { WORKING_LANGUAGES } from '#i18n/locale.ts';
import { beginToTell, newestTestimony, receiveWordsAndSubmit, speak, sql, typeWords } from './people.ts';
import { dataFolder, origin } from './running.ts';

/** A minute and a half of sound, some 17 MB. */
function sound(): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-plain-')), 'my name.wav');
  execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'anoisesrc=d=90:c=pink:a=0.05:r=48000', '-ac', '2', file]);
  return file;
}

for (const locale of WORKING_LANGUAGES) {
  test(`R18 R33 R34 without script a person answers, sends a file, writes, gets the words, hands over, returns and withdraws (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const plain = () => browser.newContext({ javaScriptEnabled: false, viewport: { width: 360, height: 740 }, locale, baseURL: origin() });
    const file = sound();
    expect(statSync(file).size).toBeGreaterThan(2_000_000);
    const sha256 = createHash('sha256').update(readFileSync(file)).digest('hex');

    const theirs = await plain();
    const page = await theirs.newPage();
    await beginToTell(page, locale);
    const { id } = await newestTestimony();
    await page.goto(`/${locale}/tell/how`);
    // Playwright looks for no text in noscript.
    await expect(page.locator('noscript p')).toHaveText(t('contributor:how.needs_script'));
    await page.getByRole('link', { name: t('contributor:how.file') }).click();
    await expect(page.getByText(t('contributor:file.plain')), 'what is lost is said').toBeVisible();

    await page
      .getByLabel(t('contributor:file.choose'))
      .setInputFiles({ name: 'list.pdf', mimeType: 'application/pdf', buffer: Buffer.from('no sound') });
    await page.getByRole('button', { name: t('contributor:file.send') }).click();
    await expect(page.getByText(t('errors:file_type_refused'))).toBeVisible();
    await page.getByLabel(t('contributor:file.choose')).setInputFiles(file);
    await page.getByRole('button', { name: t('contributor:file.send') }).click();
    await page.waitForURL(/\/tell\/review/);

    const recordings = () =>
      sql<{ id: string; sha256: string; state: string }>(`select id, sha256, state::text from recording where testimony_id = $1`, [id]);
    await expect.poll(async () => (await recordings()).map(({ state }) => state), { timeout: 60_000 }).toEqual(['verified']);
    const [kept] = await recordings();
    expect(kept!.sha256).toBe(sha256);
    const there = readFileSync(path.join(dataFolder(), 'media', 'recordings', kept!.id));
    expect(createHash('sha256').update(there).digest('hex')).toBe(sha256);
    await page.reload();
    await expect(page.getByText(t('contributor:piece.verified'))).toBeVisible();

    await page.goto(`/${locale}/tell/write`);
    await page.getByLabel(t('contributor:write.label'), { exact: true }).fill('…');
    await page.getByRole('button', { name: t('contributor:write.done') }).click();
    await page.waitForURL(/\/tell\/review/);
    const words = await receiveWordsAndSubmit(page, locale);
    await expect(page.getByText(t('contributor:mine.arrived'))).toBeVisible();
    await theirs.close();

    const another = await plain();
    const back = await another.newPage();
    await back.goto(`/${locale}/return`);
    await typeWords(back, locale, words);
    await back.getByRole('button', { name: t('contributor:return.open'), exact: true }).click();
    await back.waitForURL(/\/mine$/);
    await back.getByRole('link', { name: t('contributor:mine.withdraw') }).click();
    await back.getByRole('button', { name: t('contributor:withdraw.submit') }).click();
    await expect(back.getByText(t('contributor:mine.state.withdrawn'))).toBeVisible();
    await another.close();
  });
}
