import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES, type WorkingLanguage } from '#i18n/locale.ts';
import { testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { atTheDesk, speak, sql } from './people.ts';
import { origin } from './running.ts';

const t = Object.fromEntries(WORKING_LANGUAGES.map((locale) => [locale, speak(locale)])) as Record<
  WorkingLanguage,
  ReturnType<typeof speak>
>;

const passages = (page: Page, locale: WorkingLanguage) =>
  page.getByRole('textbox', { name: new RegExp(`^${t[locale]('desk:editor.passage', { at: '' }).trim()} `) });
const saved = (page: Page, locale: WorkingLanguage) =>
  expect(
    page
      .getByRole('status')
      .filter({ hasText: t[locale]('desk:editor.saved') })
      .first()
  ).toHaveText(t[locale]('desk:editor.saved'));

/** Puts the caret before a word of a passage, as a click there would. */
const caretBefore = (page: Page, locale: WorkingLanguage, place: number, word: string) =>
  passages(page, locale)
    .nth(place)
    .evaluate((element: HTMLElement, before) => {
      element.focus();
      getSelection()?.collapse(element.firstChild, element.textContent.indexOf(before));
    }, word);

async function said({ id }: Laid): Promise<string[]> {
  const rows = await sql<{ text: string }>('select text from segment where testimony_id = $1 order by position', [id]);
  return rows.map(({ text }) => text);
}

for (const locale of WORKING_LANGUAGES) {
  test(`a reviewer corrects, splits, merges and redacts by keyboard alone (${locale})`, async ({ browser }) => {
    const laid = await testimony(sql);
    const { page, close } = await atTheDesk(browser, locale, 'reviewer');
    await page.goto(`/${locale}/desk/testimonies/${laid.id}/transcript`);
    const first = passages(page, locale).first();
    await first.focus();
    await page.keyboard.press('End');
    await page.keyboard.insertText(' متساوية');
    await saved(page, locale);
    await expect.poll(() => said(laid)).toContain('كنّا نقسم الرغيف أربعة أقسام متساوية');

    await caretBefore(page, locale, 0, 'أربعة');
    await page.keyboard.press('Enter');
    await expect(passages(page, locale)).toHaveCount(4);
    await expect(passages(page, locale).nth(1)).toBeFocused();
    await expect(passages(page, locale).nth(1)).toHaveText('أربعة أقسام متساوية');
    await page.keyboard.press('Backspace');
    await expect(passages(page, locale)).toHaveCount(3);
    await expect(first).toHaveText('كنّا نقسم الرغيف أربعة أقسام متساوية');

    await page.keyboard.press('Control+Enter');
    await expect
      .poll(async () => (await sql('select provenance from segment where id = $1', [laid.segmentIds[0]]))[0])
      .toEqual({
        provenance: 'human'
      });

    await passages(page, locale)
      .nth(1)
      .evaluate((element: HTMLElement) => {
        element.focus();
        const at = element.textContent.indexOf('قسمًا');
        getSelection()?.setBaseAndExtent(element.firstChild!, at, element.firstChild!, at + 5);
      });
    await page.keyboard.press('Alt+KeyR');
    await page.getByRole('button', { name: t[locale]('desk:editor.redact'), exact: true }).press('Enter');
    await expect(page.getByRole('region', { name: t[locale]('desk:editor.redactions') }).getByRole('listitem')).toContainText(
      t[locale]('desk:treatment.cut')
    );
    const [redaction] = await sql<{ inside: boolean }>(
      `select start_ms >= 4500 and end_ms <= 8000 as inside from redaction where testimony_id = $1`,
      [laid.id]
    );
    expect(redaction).toEqual({ inside: true });
    await close();
  });

  test(`two people never overwrite each other, and both texts are shown (${locale})`, async ({ browser }) => {
    const laid = await testimony(sql);
    const one = await atTheDesk(browser, locale, 'reviewer');
    const other = await atTheDesk(browser, locale, 'reviewer');
    for (const { page } of [one, other]) {
      await page.goto(`/${locale}/desk/testimonies/${laid.id}/transcript`);
      await passages(page, locale).nth(1).focus();
      await page.keyboard.press('End');
    }
    await one.page.keyboard.insertText(' من الأول');
    await saved(one.page, locale);
    await other.page.keyboard.insertText(' من الثاني');
    const conflict = other.page.getByRole('alert');
    await expect(conflict).toContainText('ونترك قسمًا لمن يصل جديدًا من الأول');
    expect((await said(laid))[1]).toBe('ونترك قسمًا لمن يصل جديدًا من الأول');
    await conflict.getByRole('button', { name: t[locale]('desk:editor.take_theirs') }).click();
    await expect(passages(other.page, locale).nth(1)).toHaveText('ونترك قسمًا لمن يصل جديدًا من الأول');
    await Promise.all([one.close(), other.close()]);
  });

  test(`a passage is corrected without script, by a form of its own (${locale})`, async ({ browser }) => {
    const laid = await testimony(sql);
    const { context, close } = await atTheDesk(browser, locale, 'reviewer');
    const plain = await browser.newContext({ javaScriptEnabled: false, locale, baseURL: origin() });
    await plain.addCookies(await context.cookies());
    const page = await plain.newPage();
    await page.goto(`/${locale}/desk/testimonies/${laid.id}/transcript`);
    await page
      .getByRole('link', { name: t[locale]('desk:editor.edit'), exact: true })
      .first()
      .click();
    await page.getByLabel(t[locale]('desk:editor.spoken'), { exact: true }).fill('نصّ مصحّح');
    await page
      .getByRole('button', { name: t[locale]('desk:editor.save'), exact: true })
      .first()
      .click();
    await expect(page.getByText('نصّ مصحّح').first()).toBeVisible();
    expect((await said(laid))[0]).toBe('نصّ مصحّح');
    await Promise.all([plain.close(), close()]);
  });
}
