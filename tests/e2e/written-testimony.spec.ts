import { expect, test } from '@playwright/test';
import { WORKING_LANGUAGES, type WorkingLanguage } from '#i18n/locale.ts';
import {
  approve,
  assessRisk,
  atTheDesk,
  beginToTell,
  newestTestimony,
  phone,
  published,
  receiveWordsAndSubmit,
  sayYes,
  sealPublicVersion,
  speak,
  sql,
  typeWords,
  withoutCoolingOff
} from './people.ts';

const TOLD: Record<WorkingLanguage, { text: string; word: string }> = {
  ar: { text: 'كنّا نزرع النعناع في علبة صفيح عند الشباك.\n\nوكان جارنا يروي لنا فيلمًا كل مساء.', word: 'النعناع' },
  en: { text: 'We grew peppermint in a tin beside the window.\n\nOur neighbour told us a film every evening.', word: 'peppermint' }
};

test.beforeAll(withoutCoolingOff);

for (const locale of WORKING_LANGUAGES) {
  test(`R7 R10 R24 R31 what somebody wrote is reviewed by two, published, found, and withdrawn for good (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const { text, word } = TOLD[locale];

    const theirs = await phone(browser, locale);
    const page = await theirs.newPage();
    await beginToTell(page, locale, { no: ['machine'] });
    await page.getByRole('link', { name: t('contributor:how.write') }).click();
    await page.getByLabel(t('contributor:write.label'), { exact: true }).fill(text);
    await page.getByRole('button', { name: t('contributor:write.done') }).click();
    await page.waitForURL(/\/tell\/review/);
    const words = await receiveWordsAndSubmit(page, locale);
    await expect(page.getByText(t('contributor:mine.arrived'))).toBeVisible();
    const { id } = await newestTestimony();
    await theirs.close();

    const first = await atTheDesk(browser, locale, 'reviewer');
    await first.page.goto(`/${locale}/desk/testimonies/${id}`);
    await first.page.getByRole('button', { name: t('desk:queue.take'), exact: true }).click();
    await expect(first.page.getByRole('heading', { name: t('desk:describe.heading') })).toBeVisible();
    await sealPublicVersion(first.page, locale, id);
    await assessRisk(first.page, locale, id);
    await approve(first.page, locale, id);
    // The same person a second time: the seat is the other one's.
    await first.page.reload();
    await expect(first.page.getByRole('button', { name: t('desk:decision.approve'), exact: true })).toHaveCount(0);
    const second = await atTheDesk(browser, locale, 'reviewer');
    await approve(second.page, locale, id);
    await sayYes(browser, locale, words);
    await published(id);

    const journalist = await browser.newContext({ locale });
    const reading = await journalist.newPage();
    await reading.goto(`/${locale}/search?q=${encodeURIComponent(word)}`);
    const found = reading.locator('mark', { hasText: word }).first();
    await expect(found).toBeVisible();
    await reading.goto(`/${locale}/testimonies/${id}`);
    await expect(reading.getByText(text.split('\n')[0]!)).toBeVisible();

    // Another device, only the words.
    const another = await phone(browser, locale);
    const back = await another.newPage();
    await back.goto(`/${locale}/return`);
    await typeWords(back, locale, words);
    await back.getByRole('button', { name: t('contributor:return.open'), exact: true }).click();
    await back.waitForURL(/\/mine$/);
    await back.getByRole('link', { name: t('contributor:mine.withdraw') }).click();
    await back.getByRole('button', { name: t('contributor:withdraw.submit') }).click();
    await expect(back.getByText(t('contributor:mine.state.withdrawn'))).toBeVisible();

    const gone = await reading.goto(`/${locale}/testimonies/${id}`);
    expect(gone!.status()).toBe(410);
    await expect(reading.getByText(t('errors:gone'))).toBeVisible();
    await reading.goto(`/${locale}/search?q=${encodeURIComponent(word)}`);
    await expect(reading.locator('mark')).toHaveCount(0);
    await expect
      .poll(async () => (await sql(`select 1 from search_passage where testimony_id = $1`, [id])).length, { timeout: 30_000 })
      .toBe(0);

    const log = await sql<{ kind: string; detail: object }>(
      `select kind, detail from custody_event where testimony_id = $1 order by position`,
      [id]
    );
    expect(log.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['submitted', 'approved_by_one', 'published', 'withdrawn']));
    expect(JSON.stringify(log)).not.toContain(word);
    await Promise.all([first.close(), second.close(), another.close(), journalist.close()]);
  });
}

test('a wrong receipt opens nothing, says why, and keeps what was typed', async ({ browser }) => {
  for (const locale of WORKING_LANGUAGES) {
    const t = speak(locale);
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await page.goto(`/${locale}/return`);
    await typeWords(
      page,
      locale,
      Array.from({ length: 8 }, () => (locale === 'ar' ? 'زيتون' : 'olive'))
    );
    await page.getByRole('button', { name: t('contributor:return.open'), exact: true }).click();
    await expect(page.getByText(t('errors:receipt_unknown'))).toBeVisible();
    await expect(page.getByLabel(t('contributor:return.label'))).not.toHaveValue('');
    await context.close();
  }
});
