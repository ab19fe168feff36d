import { readFileSync } from 'node:fs';
import { expect, test, type Browser, type Page } from '@playwright/test';
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
  sealPublicVersion,
  speak,
  sql,
  withoutCoolingOff
} from './people.ts';
import { origin } from './running.ts';

const TOLD: Partial<Record<WorkingLanguage, { text: string; please: string }>> = {
  ar: { text: 'كنّا نخبّئ إبرة في رغيف.\n\nوكان عبد الرحيم يخيط لنا الأزرار.', please: 'أرجو حذف اسم من كان يخيط.' },
  en: { text: 'We hid a needle in a loaf.\n\nAbdulrahim sewed our buttons on.', please: 'Please leave out who sewed.' }
};
const TOLD_IN = WORKING_LANGUAGES.filter((locale) => TOLD[locale]);

test.beforeAll(withoutCoolingOff);
test.setTimeout(240_000);

const stateOf = async (id: string) => (await sql<{ state: string }>(`select state::text from testimony where id = $1`, [id]))[0]!.state;

/** Somebody wrote a testimony and handed it over; their phone stays open on their own page. */
async function told(browser: Browser, locale: WorkingLanguage): Promise<{ page: Page; id: string; close: () => Promise<void> }> {
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

/** A recording of one passage whose words have times, as the worker leaves it. */
async function layRecorded(testimony: string, locale: WorkingLanguage): Promise<string[]> {
  const words = TOLD[locale]!.text.split('\n')[0]!.split(' ');
  const timed = words.map((w, at) => ({ w, s: at * 500, e: at * 500 + 450, p: 1 }));
  await sql(
    `with r as (insert into recording (testimony_id, position, state, kind, media_type, bytes, sha256, duration_ms)
       values ($1, 1, 'verified', 'audio', 'audio/webm', 9, repeat('a', 64), 10000) returning id),
     t as (insert into transcript (testimony_id, recording_id, language) select $1, id, $2 from r returning id)
     insert into segment (transcript_id, testimony_id, position, start_ms, end_ms, text, words, machine_text, provenance)
       select id, $1, 1, 0, 5000, $3, $4, $3, 'machine' from t`,
    [testimony, locale, words.join(' '), JSON.stringify(timed)]
  );
  return words;
}

for (const locale of TOLD_IN) {
  test(`R24 R26 the person corrects their own words and takes some out by tapping them, by keyboard and without script too (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const { page, id, close } = await told(browser, locale);
    const reviewer = await atTheDesk(browser, locale, 'reviewer');
    await reviewer.page.goto(`/${locale}/desk/testimonies/${id}`);
    await reviewer.page.getByRole('button', { name: t('desk:queue.take'), exact: true }).click();
    await expect.poll(() => stateOf(id)).toBe('in_review');
    const words = await layRecorded(id, locale);

    await page.goto(`/${locale}/mine`);
    await page.getByRole('link', { name: t('contributor:text.open') }).click();
    await page
      .getByRole('link', { name: words.join(' ') })
      .first()
      .click();
    await page.getByRole('checkbox', { name: words[1]!, exact: true }).focus();
    await page.keyboard.press('Space');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: t('contributor:text.ask') }).click();
    await expect(page.getByText(t('contributor:text.outcome.open'))).toBeVisible();
    await expect(page.locator('q', { hasText: `${words[1]} ${words[2]}` })).toBeVisible();

    await page
      .getByRole('link', { name: words.join(' ') })
      .first()
      .click();
    const better = `${words.slice(0, -1).join(' ')} ${locale === 'ar' ? 'طازج' : 'bread'}`;
    await page.getByLabel(t('contributor:text.as_said')).fill(better);
    await page.getByRole('button', { name: t('contributor:text.save') }).click();
    await expect(page.getByRole('link', { name: better })).toBeVisible();

    // A copy of it all, for them alone.
    await page.goto(`/${locale}/mine`);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: t('contributor:take.download') }).click();
    const copy = await (await download).path();
    expect((await download).suggestedFilename(), 'R22').toBe('files.zip');
    expect(readFileSync(copy).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
    const stranger = await phone(browser, locale);
    const refused = await stranger.request.get(`/${locale}/mine/download`, { maxRedirects: 0 });
    expect(refused.status(), 'without the receipt nothing is downloaded').toBe(303);
    await stranger.close();

    // The same without script, on the same phone: asked, and taken back.
    const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await page.context().storageState(), locale });
    const still = await plain.newPage();
    await still.goto(`${origin()}/${locale}/mine/text`);
    await still.getByRole('link', { name: better }).click();
    await still.getByRole('checkbox', { name: words[0]!, exact: true }).check();
    await still.getByRole('button', { name: t('contributor:text.ask') }).click();
    const again = still.getByRole('listitem').filter({ has: still.locator('q', { hasText: words[0]! }) });
    await again.getByRole('button', { name: t('contributor:text.take_back') }).click();
    await expect(still.getByText(t('contributor:text.outcome.open'))).toHaveCount(1);
    await plain.close();

    // At the desk it is a proposal; accepted, it is a redaction.
    await reviewer.page.goto(`/${locale}/desk/testimonies/${id}/decision`);
    const asked = reviewer.page.getByRole('region', { name: t('desk:cuts.heading') });
    await expect(asked.getByText(`${words[1]} ${words[2]}`)).toBeVisible();
    await asked.getByRole('button', { name: t('desk:cuts.take_out') }).click();
    await expect(asked.getByText(t('desk:cuts.taken_out'))).toBeVisible();
    await expect(reviewer.page.getByText(t('desk:redaction_reason.contributor_asked')).first()).toBeVisible();
    await page.goto(`/${locale}/mine/text`);
    await expect(page.getByText(t('contributor:text.outcome.taken_out'))).toBeVisible();
    await Promise.all([close(), reviewer.close()]);
  });
}
