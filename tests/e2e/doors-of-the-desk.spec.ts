import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES, type WorkingLanguage } from '#i18n/locale.ts';
import { codeOf, steadyCodes } from '#tests/identity-server.ts';
import { atTheDesk, speak, sql } from './people.ts';
import { dataFolder, origin } from './running.ts';

const PASSWORD = 'a quiet morning by the sea';

/** The link in the mail of a kind to somebody; recovery is answered before its mail is written. */
async function mailedLink(email: string, type: 'invite' | 'recovery'): Promise<string> {
  const outbox = path.join(dataFolder(), 'outbox');
  const find = async () => {
    const names = (await readdir(outbox)).filter((name) => name.endsWith('.txt'));
    const mails = await Promise.all(names.map((name) => readFile(path.join(outbox, name), 'utf8')));
    return mails.find((text) => text.startsWith(`To: ${email}\n`) && text.includes(`type=${type}`));
  };
  await expect.poll(find).toBeTruthy();
  const mail = (await find())!;
  expect(mail, 'R30 a mail says nothing of the subject').not.toMatch(/testimon|archive|detain|prison|شهاد|أرشيف|معتقل|سجن/i);
  return /http\S+token_hash=\S+/.exec(mail)![0];
}

async function connectApp(page: Page, locale: WorkingLanguage): Promise<string> {
  const t = speak(locale);
  await page.getByRole('button', { name: t('identity:second_factor.enrol_begin') }).click();
  const secret = await page.locator('input[name=secret]').inputValue();
  await steadyCodes();
  await page.getByLabel(t('identity:code')).fill(codeOf(secret, -1));
  await page.getByRole('button', { name: t('identity:second_factor.confirm') }).click();
  return secret;
}

for (const locale of WORKING_LANGUAGES) {
  test(`R40 somebody is invited, comes without script, is locked out when idle, recovers, is suspended (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const admin = await atTheDesk(browser, locale, 'admin');
    const email = `nour-${locale}-${Date.now()}@journeys.example`;

    await admin.page.goto(`/${locale}/desk/people`);
    await admin.page.getByLabel(t('identity:email')).fill(email);
    await admin.page.getByLabel(t('identity:people.invite_name')).fill('نور');
    await admin.page.getByLabel(t('identity:people.invite_language')).selectOption(locale);
    const invitation = admin.page.getByRole('region', { name: t('identity:people.invite_title') });
    await invitation.getByRole('checkbox', { name: t('identity:people.role.reviewer') }).check();
    await admin.page.getByRole('button', { name: t('identity:people.invite_submit') }).click();
    await expect(admin.page.getByRole('status')).toContainText(t('identity:people.invited'));

    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
      locale,
      baseURL: origin()
    });
    const page = await context.newPage();
    const link = await mailedLink(email, 'invite');
    // A program that looks at every link in a mail uses nothing up.
    await page.request.get(link);
    await page.goto(link);
    await page.getByLabel(t('identity:new_password')).fill(PASSWORD);
    await page.getByRole('button', { name: t('identity:invitation.submit') }).click();
    const secret = await connectApp(page, locale);
    await expect(page).toHaveURL(new RegExp(`/${locale}/desk$`));

    await sql(
      `update desk_session set seen_at = now() - interval '31 minutes' where user_id = (select id from auth.users where email = $1)`,
      [email]
    );
    await page.goto(`/${locale}/desk`);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(t('identity:second_factor.locked_title'));
    await page.getByLabel(t('identity:code')).fill(codeOf(secret));
    await page.getByRole('button', { name: t('identity:second_factor.submit') }).click();
    await expect(page).toHaveURL(new RegExp(`/${locale}/desk$`));

    await page.getByRole('link', { name: t('common:nav.sign_out') }).click();
    await page.getByRole('button', { name: t('identity:sign_out') }).click();
    await page.getByRole('link', { name: t('identity:sign_in.forgotten') }).click();
    await page.getByLabel(t('identity:email')).fill(email);
    await page.getByRole('button', { name: t('identity:recovery.submit') }).click();
    await expect(page.getByRole('status')).toContainText(t('identity:recovery.sent'));
    await page.goto(await mailedLink(email, 'recovery'));
    await page.getByLabel(t('identity:new_password')).fill('an evening in the hills');
    await page.getByLabel(t('identity:code')).fill(codeOf(secret, 1));
    await page.getByRole('button', { name: t('identity:recovery.choose') }).click();
    await expect(page).toHaveURL(new RegExp(`/${locale}/desk$`));

    await admin.page.goto(`/${locale}/desk/people`);
    const row = admin.page.getByRole('listitem').filter({ hasText: email });
    await row.getByText(t('identity:people.change_roles')).click();
    await row.getByRole('button', { name: t('identity:people.suspend') }).click();
    await expect(row).toContainText(t('identity:people.states.suspended'));

    await page.goto(`/${locale}/desk`);
    await expect(page).toHaveURL(/\/desk\/sign-in/);
    await page.getByLabel(t('identity:email')).fill(email);
    await page.getByLabel(t('identity:password')).fill('an evening in the hills');
    await page.getByRole('button', { name: t('identity:sign_in.submit') }).click();
    await expect(page.getByRole('alert')).toContainText(t('errors:sign_in_refused'));
    await expect(page.getByLabel(t('identity:email'))).toHaveValue(email);

    await context.close();
    await admin.close();
  });
}
