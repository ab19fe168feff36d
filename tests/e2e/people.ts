import { randomBytes } from 'node:crypto';
import { createClient } from '@supabase/supabase-js';
import { expect, type Browser, type BrowserContext, type Locator, type Page } from '@playwright/test';
import pg from 'pg';
import type { Key, Values } from '#i18n/keys.ts';
import type { Locale, WorkingLanguage } from '#i18n/locale.ts';
import { translatorFor } from '#i18n/words.server.ts';
import type { StaffRole } from '#platform/actor.ts';
import { codeOf, steadyCodes } from '#tests/identity-server.ts';
import { origin, settings } from './running.ts';

/** Journeys find everything by the words a person reads, in the language of the page. */
export const speak = (locale: Locale) => {
  const t = translatorFor(locale);
  return (key: Key, values?: Values) => t(key, values);
};

/** One statement as the database's owner: to prepare what a journey starts from, and to look behind the pages. */
export async function sql<Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: settings().DATABASE_OWNER_URL });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** As in the sample set-up: nobody waits fourteen days for a journey. */
export const withoutCoolingOff = () => sql(`update archive set cooling_off = interval '0'`);

/** A phone in the hands of somebody without an account. */
export const phone = (browser: Browser, locale: Locale) =>
  browser.newContext({
    viewport: { width: 360, height: 740 },
    hasTouch: true,
    locale,
    baseURL: origin(),
    permissions: ['microphone', 'camera']
  });

/** A desk. */
export const desk = (browser: Browser, locale: Locale) =>
  browser.newContext({ viewport: { width: 1280, height: 800 }, locale, baseURL: origin() });

/** From the first page to the ways of telling: everything is answered with yes but `no`, and what may be skipped is skipped. */
export async function beginToTell(page: Page, locale: Locale, { language = locale as string, no = [] as string[] } = {}): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/tell`);
  await page.getByLabel(t('contributor:tell.language')).selectOption(language);
  await page.getByRole('button', { name: t('contributor:tell.begin'), exact: true }).click();
  await page.waitForURL(/\/tell\/consent\//);
  for (let asked = 0; /\/tell\/consent\/(\w+)/.test(page.url()); asked += 1) {
    expect(asked, 'the questions come to an end').toBeLessThan(20);
    const here = page.url();
    const question = /consent\/(\w+)/.exec(here)![1]!;
    for (const radio of await page.getByRole('radio').all()) await expect(radio, 'R3 nothing is ticked beforehand').not.toBeChecked();
    await page
      .getByRole('radio', { name: t(no.includes(question) ? 'contributor:consent.no' : 'contributor:consent.yes'), exact: true })
      .check();
    await page.getByRole('button', { name: t('contributor:consent.continue') }).click();
    await page.waitForURL((url) => url.href !== here);
  }
  await page.getByRole('link', { name: t('consent:understood.skip') }).click();
  await page.getByRole('link', { name: t('consent:earlier.none') }).click();
  await page.waitForURL(/\/tell\/how$/);
}

/** Shows the eight words, types them back, and hands the testimony over. Returns the words. */
export async function receiveWordsAndSubmit(page: Page, locale: Locale): Promise<string[]> {
  const t = speak(locale);
  await page.goto(`/${locale}/tell/receipt`);
  await page.getByRole('button', { name: t('contributor:receipt.show') }).click();
  const words = page.locator('ol.words b');
  await expect(words).toHaveCount(8);
  const receipt = await words.allTextContents();
  await page.getByRole('link', { name: t('contributor:receipt.written') }).click();
  await typeWords(page, locale, receipt);
  await page.getByRole('button', { name: t('contributor:receipt.confirm'), exact: true }).click();
  await page.waitForURL(/\/tell\/review/);
  await page.getByRole('button', { name: t('contributor:review.submit') }).click();
  await page.waitForURL(/\/mine/);
  return receipt;
}

/** Types a receipt's words wherever they are asked for. */
export async function typeWords(page: Page, locale: Locale, words: readonly string[]): Promise<void> {
  const t = speak(locale);
  await page
    .getByLabel(t('contributor:receipt.confirm_label'))
    .or(page.getByLabel(t('contributor:return.label')))
    .first()
    .fill(words.join(' '));
}

/** Seconds that a recorder's clock shows, in whichever digits. */
export async function secondsOn(clock: Locator): Promise<number> {
  const shown = ((await clock.textContent()) ?? '').replace(/[٠-٩]/g, (digit) => String('٠١٢٣٤٥٦٧٨٩'.indexOf(digit)));
  return shown.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

/** The testimony a browser is telling, found by its session: newest first is enough, journeys run one after the other. */
export async function newestTestimony(): Promise<{ id: string; number: number; state: string }> {
  const [row] = await sql<{ id: string; number: number; state: string }>(
    `select id, number::int, state::text from testimony order by number desc limit 1`
  );
  return row!;
}

export type Colleague = { page: Page; context: BrowserContext; userId: string; close: () => Promise<void> };

/** Hires somebody and has them come to the desk as a person does: password, then a new authenticator app, its code typed in. */
export async function atTheDesk(browser: Browser, locale: Locale, role: StaffRole): Promise<Colleague> {
  const t = speak(locale);
  const { SUPABASE_URL, SUPABASE_SECRET_KEY } = settings();
  const { admin } = createClient(SUPABASE_URL!, SUPABASE_SECRET_KEY!, { auth: { persistSession: false, autoRefreshToken: false } }).auth;
  const email = `${role}-${randomBytes(4).toString('hex')}@journeys.example`;
  const password = randomBytes(12).toString('base64url');
  const { data, error } = await admin.createUser({ email, password, email_confirm: true });
  if (error) throw error;
  const userId = data.user.id;
  await sql(`insert into account (user_id, display_name, locale) values ($1, $2, $3)`, [userId, `${role} (journey)`, locale]);
  await sql(`insert into account_role (user_id, role) values ($1, $2)`, [userId, role]);

  const context = await desk(browser, locale);
  const page = await context.newPage();
  await page.goto(`/${locale}/desk/sign-in`);
  await page.getByLabel(t('identity:email')).fill(email);
  await page.getByLabel(t('identity:password')).fill(password);
  await page.getByRole('button', { name: t('identity:sign_in.submit') }).click();
  await page.waitForURL(/second-factor/);
  const begin = page.getByRole('button', { name: t('identity:second_factor.enrol_begin') });
  if (await begin.isVisible()) await begin.click();
  const secret = (await page
    .locator('code')
    .filter({ hasText: /^[A-Z2-7 ]{16,}$/ })
    .first()
    .textContent())!.replaceAll(/\s/g, '');
  await steadyCodes();
  await page.getByLabel(t('identity:code')).fill(codeOf(secret));
  await page.getByRole('button', { name: t('identity:second_factor.confirm') }).click();
  await page.waitForURL(new RegExp(`/${locale}/desk$`));
  return { page, context, userId, close: () => context.close() };
}

const REASON: Record<WorkingLanguage, string> = {
  ar: 'سمعت النسخة العامة كلها، ولا شيء فيها يدل على غيره.',
  en: 'Listened to the whole public version; nothing in it points to anyone else.'
};

/** Opens the edit list where there is none, and has the public version made. */
export async function sealPublicVersion(page: Page, locale: WorkingLanguage, testimony: string): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/desk/testimonies/${testimony}/decision`);
  const begin = page.getByRole('button', { name: t('desk:edit_list.begin') });
  if (await begin.isVisible()) await begin.click();
  await page.getByRole('button', { name: t('desk:edit_list.seal'), exact: true }).click();
  await expect
    .poll(async () => (await sql(`select 1 from edit_list where testimony_id = $1 and rendered_at is not null`, [testimony])).length, {
      timeout: 120_000
    })
    .toBeGreaterThan(0);
}

/** Writes what could happen to whom. */
export async function assessRisk(page: Page, locale: WorkingLanguage, testimony: string): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/desk/testimonies/${testimony}/decision`);
  for (const who of ['person', 'family', 'detained'] as const) {
    const group = page.getByRole('group', { name: t(`desk:risk.${who}`) });
    await group.getByRole('radio', { name: t('desk:risk.low') }).check();
    await group.getByLabel(t('desk:risk.why')).fill(REASON[locale]);
  }
  await page.getByRole('button', { name: t('desk:risk.save') }).click();
  await expect(page.locator('.risks')).toBeVisible();
}

/** Approves as whoever sits at this desk. */
export async function approve(page: Page, locale: WorkingLanguage, testimony: string): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/desk/testimonies/${testimony}/decision`);
  await page.getByLabel(t('desk:decision.reason'), { exact: true }).fill(REASON[locale]);
  await page.getByLabel(t('desk:decision.watched')).check();
  await page.getByRole('button', { name: t('desk:decision.approve'), exact: true }).click();
  await expect(page.getByRole('status').first()).toBeVisible();
}

/** The person comes back with their words, looks at what would be public, and says yes to it. */
export async function sayYes(browser: Browser, locale: WorkingLanguage, words: readonly string[]): Promise<void> {
  const t = speak(locale);
  const theirs = await phone(browser, locale);
  const page = await theirs.newPage();
  await page.goto(`/${locale}/return`);
  await typeWords(page, locale, words);
  await page.getByRole('button', { name: t('contributor:return.open'), exact: true }).click();
  await page.waitForURL(/\/mine$/);
  await page.getByRole('link', { name: t('contributor:mine.edition_open') }).click();
  await page.getByRole('button', { name: t('contributor:edition.yes') }).click();
  await expect(
    page
      .getByRole('status')
      .filter({ hasText: t('contributor:edition.said_yes') })
      .or(page.locator('.notice--safe'))
      .first()
  ).toBeVisible();
  await theirs.close();
}

/** Waits for the worker to publish, and to tell the index. */
export async function published(testimony: string): Promise<void> {
  await expect
    .poll(async () => (await sql<{ state: string }>(`select state::text from testimony where id = $1`, [testimony]))[0]!.state, {
      timeout: 60_000
    })
    .toBe('published');
  await expect
    .poll(async () => (await sql(`select 1 from search_passage where testimony_id = $1`, [testimony])).length, { timeout: 60_000 })
    .toBeGreaterThan(0);
}
