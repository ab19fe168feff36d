import { expect, test, type Browser, type Page } from '@playwright/test';
import { LOCALES, type Locale } from '#i18n/locale.ts';
import {
  approve,
  assessRisk,
  atTheDesk,
  beginToTell,
  newestTestimony,
  phone,
  published,
  receiveWordsAndSubmit,
  sealPublicVersion,
  speak,
  sql,
  withoutCoolingOff
} from './people.ts';

const TOLD: Partial<Record<Locale, { text: string; please: string }>> = {
  ar: { text: 'كنّا نخبّئ إبرة في رغيف.\n\nوكان عبد الرحيم يخيط لنا الأزرار.', please: 'أرجو حذف اسم من كان يخيط.' },
  en: { text: 'We hid a needle in a loaf.\n\nAbdulrahim sewed our buttons on.', please: 'Please leave out who sewed.' }
};
const TOLD_IN = LOCALES.filter((locale) => TOLD[locale]);

test.beforeAll(withoutCoolingOff);
test.setTimeout(240_000);

const stateOf = async (id: string) => (await sql<{ state: string }>(`select state::text from testimony where id = $1`, [id]))[0]!.state;

/** Somebody wrote a testimony and handed it over; their phone stays open on their own page. */
async function told(browser: Browser, locale: Locale): Promise<{ page: Page; id: string; close: () => Promise<void> }> {
  const t = speak(locale);
  const theirs = await phone(browser, locale);
  const page = await theirs.newPage();
  await beginToTell(page, locale, { no: ['machine'] });
  await page.getByRole('link', { name: t('contributor:how.write') }).click();
  await page.getByLabel(t('contributor:write.label'), { exact: true }).fill(TOLD[locale]!.text);
  await page.getByRole('button', { name: t('contributor:write.done') }).click();
  await page.waitForURL(/\/tell\/review/);
  await receiveWordsAndSubmit(page, locale);
  return { page, id: (await newestTestimony()).id, close: () => theirs.close() };
}

for (const locale of TOLD_IN) {
  test(`R12 R24 nobody publishes before the person saw exactly what will be public and said yes to it (${locale})`, async ({ browser }) => {
    const t = speak(locale);
    const { page, id, close } = await told(browser, locale);
    const first = await atTheDesk(browser, locale, 'reviewer');
    const second = await atTheDesk(browser, locale, 'reviewer');
    await first.page.goto(`/${locale}/desk/testimonies/${id}`);
    await first.page.getByRole('button', { name: t('desk:queue.take'), exact: true }).click();
    await expect.poll(() => stateOf(id)).toBe('in_review');
    await sealPublicVersion(first.page, locale, id);

    // Shown as soon as it is rendered: "not yet", and why.
    await page.goto(`/${locale}/mine`);
    await expect(page.getByText(t('contributor:mine.edition_waits'))).toBeVisible();
    await page.getByRole('link', { name: t('contributor:mine.edition_open') }).click();
    await expect(page.getByText(t('contributor:edition.waits'))).toBeVisible();
    await page.getByLabel(t('contributor:edition.please')).fill(TOLD[locale]!.please);
    await page.getByRole('button', { name: t('contributor:edition.not_yet'), exact: true }).click();
    await expect(page.getByText(t('contributor:edition.said_not_yet'))).toBeVisible();
    await first.page.goto(`/${locale}/desk/testimonies/${id}/decision`);
    await expect(first.page.getByText(t('desk:decision.person.not_yet'))).toBeVisible();
    await first.page.goto(`/${locale}/desk/testimonies/${id}`);
    await expect(first.page.getByText(TOLD[locale]!.please).first()).toBeVisible();

    // Two approve all the same, and the wait is over: it is not published on their word.
    await assessRisk(first.page, locale, id);
    await approve(first.page, locale, id);
    await approve(second.page, locale, id);
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('scheduled');
    await expect
      .poll(
        async () =>
          (
            await sql(`select 1 from pgboss.job where name = 'publish-testimony' and data ->> 'testimonyId' = $1 and state = 'completed'`, [
              id
            ])
          ).length,
        { timeout: 30_000 }
      )
      .toBe(1);
    expect(await stateOf(id), 'silence, and "not yet", are no yes').toBe('scheduled');

    // They say yes, and what they saw is what everyone reads.
    await page.goto(`/${locale}/mine/edition`);
    await expect(page, 'R22').toHaveTitle(t('common:neutral_title'));
    const shown = await page.locator('.lines').innerText();
    expect(shown).toContain(TOLD[locale]!.text.split('\n')[0]!);
    await page.getByRole('button', { name: t('contributor:edition.yes') }).click();
    await expect.poll(() => stateOf(id), { timeout: 30_000 }).toBe('published');
    await published(id);
    const reader = await phone(browser, locale);
    const reading = await reader.newPage();
    await reading.goto(`/${locale}/testimonies/${id}`);
    expect(await reading.locator('.lines').innerText()).toContain(shown.trim().split('\n')[0]!.trim());
    for (const line of TOLD[locale]!.text.split('\n\n')) await expect(reading.locator('.lines')).toContainText(line);
    const log = await sql<{ kind: string }>(`select kind from custody_event where testimony_id = $1 order by position`, [id]);
    expect(log.map(({ kind }) => kind).filter((kind) => kind.startsWith('edition_') || kind === 'published')).toEqual([
      'edition_put_off',
      'edition_accepted',
      'published'
    ]);
    await Promise.all([close(), first.close(), second.close(), reader.close()]);
  });
}
