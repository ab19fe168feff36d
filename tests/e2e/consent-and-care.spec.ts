import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES, type WorkingLanguage } from '#i18n/locale.ts';
import { atTheDesk, beginToTell, newestTestimony, phone, receiveWordsAndSubmit, speak, sql } from './people.ts';
import { origin } from './running.ts';

const SAID: Record<WorkingLanguage, { understood: string; how: string; name: string; statement: string; reason: string }> = {
  ar: {
    understood: 'تبقى مغلقة، ويقرؤها من أسمح له فقط.',
    how: 'مساءً، على التطبيق.',
    name: 'سامر الحسن',
    statement: 'كان معنا سامر الحسن في تلك الغرفة.',
    reason: 'لا نعرف إن كان أهله ما زالوا هناك.'
  },
  en: {
    understood: 'It stays locked, and only those I allow can read it.',
    how: 'In the evening, by the app.',
    name: 'Samer al-Hasan',
    statement: 'Samer al-Hasan was with us in that room.',
    reason: 'We do not know whether his family is still there.'
  }
};

async function write(page: Page, locale: WorkingLanguage, body: string): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/tell/write`);
  await page.getByLabel(t('contributor:write.label')).fill(body);
  await page.getByRole('button', { name: t('contributor:write.done') }).click();
  await page.waitForURL(/\/tell\/review/);
}

for (const locale of WORKING_LANGUAGES) {
  const t = speak(locale);
  const said = SAID[locale];

  test(`R6 R7 R14 R15 R16 what was understood, told before and spoken reaches a person who offers help (${locale})`, async ({
    browser
  }) => {
    const theirs = await phone(browser, locale);
    const page = await theirs.newPage();
    await beginToTell(page, locale);
    await expect(page.getByText(t('contributor:how.filmed')), 'R14 before anything is recorded').toBeInViewport();
    await page.getByRole('link', { name: t('contributor:how.filmed_link') }).click();
    await expect(page.getByRole('heading', { name: t('contributor:support.legal') })).toBeVisible();

    // In their own words, and aloud.
    await page.goto(`/${locale}/tell/understood`);
    await page.getByLabel(t('consent:understood.label')).fill(said.understood);
    await page.getByRole('button', { name: t('consent:understood.submit') }).click();
    await page.waitForURL(/\/tell\/earlier/);
    await page.goto(`/${locale}/tell/understood`);
    await page.getByRole('link', { name: t('consent:understood.consent_aloud') }).click();
    await page.waitForURL(/\/tell\/spoken\/consent/);
    expect(
      await page.evaluate(() =>
        (document as never as { featurePolicy: { allowedFeatures(): string[] } }).featurePolicy.allowedFeatures().includes('camera')
      )
    ).toBe(false);
    await page.getByRole('button', { name: t('consent:spoken.open') }).click();
    await page.getByRole('button', { name: t('consent:spoken.start') }).click();
    await expect(page.getByText(t('consent:spoken.recording'))).toBeVisible();
    for (const act of ['consent:spoken.stop', 'consent:spoken.delete', 'contributor:record.pause'] as const)
      await expect(page.getByRole('button', { name: t(act) }), 'R19').toBeVisible();
    await page.getByRole('button', { name: t('contributor:record.pause') }).click();
    await page.getByRole('button', { name: t('contributor:record.carry_on') }).click();
    await expect.poll(() => page.evaluate(() => indexedDB.databases().then((known) => known.length))).toBeGreaterThan(0);
    // The line is down: it stays on the phone, and goes by itself when the line is back.
    await theirs.setOffline(true);
    await page.getByRole('button', { name: t('consent:spoken.stop') }).click();
    await expect(page.getByText(t('consent:spoken.not_sent'))).toBeVisible();
    await theirs.setOffline(false);
    await expect(page.getByText(t('consent:spoken.safe'))).toBeVisible();

    // Told before: a link instead of telling it again.
    await page.goto(`/${locale}/tell/earlier`);
    await page.getByRole('radio', { name: t('consent:earlier.to.court') }).check();
    await page.getByLabel(t('consent:earlier.link')).fill('https://example.org/hearing-7');
    await page.getByRole('button', { name: t('consent:earlier.add') }).click();
    await expect(page.getByText('https://example.org/hearing-7')).toBeVisible();
    await expect(page.getByRole('link', { name: t('consent:earlier.upload') })).toHaveAttribute('href', `/${locale}/tell/file`);

    await write(page, locale, said.statement);
    await page.getByRole('link', { name: t('contributor:review.others') }).click();
    await page.getByLabel(t('consent:others.name')).fill(said.name);
    await page.getByRole('button', { name: t('consent:others.add') }).click();
    await expect(page.getByText(t('consent:others.added'))).toBeVisible();
    await receiveWordsAndSubmit(page, locale);
    const { id } = await newestTestimony();
    expect(await sql(`select 1 from recording where testimony_id = $1`, [id]), 'what was said beside it is no recording of it').toEqual([]);

    // A person at the archive reads and hears it, and offers help.
    const reviewer = await atTheDesk(browser, locale, 'reviewer');
    await reviewer.page.goto(`/${locale}/desk/testimonies/${id}`);
    await expect(reviewer.page.getByText(said.understood)).toBeVisible();
    await expect(reviewer.page.getByText('https://example.org/hearing-7')).toBeVisible();
    const aloud = reviewer.page.locator('audio[src^="/media/spoken/"]');
    await expect(aloud).toHaveCount(1);
    const source = (await aloud.getAttribute('src'))!;
    expect((await reviewer.context.request.get(source)).status()).toBe(200);
    expect((await (await browser.newContext({ baseURL: origin() })).request.get(source)).status(), 'desk only').toBe(404);
    await reviewer.page.getByText(t('care:understood.offer_help')).first().click();
    await reviewer.page.getByRole('button', { name: t('care:understood.offer_help') }).click();
    await expect(reviewer.page.getByText(t('care:understood.help_offered'))).toBeVisible();

    await reviewer.page.getByText(t('care:others.assess')).click();
    await reviewer.page.getByRole('radio', { name: t('care:others.leave_out') }).check();
    await reviewer.page.getByLabel(t('care:others.reason')).fill(said.reason);
    await reviewer.page.getByRole('button', { name: t('care:others.save') }).click();
    await expect(reviewer.page.locator('p').filter({ hasText: said.reason })).toBeVisible();

    // Nothing was refused: the offer waits where they return to, and they ask for a call.
    await page.goto(`/${locale}/mine`);
    await page.getByRole('link', { name: t('contributor:mine.help_open') }).click();
    await expect(page.getByRole('heading', { name: t('consent:help.title') })).toBeVisible();
    await page.getByText(t('consent:help.call')).first().click();
    await page.getByLabel(t('consent:help.call_how')).fill(said.how);
    await page.getByRole('button', { name: t('consent:help.call') }).click();
    await expect(page.getByText(t('consent:help.asked'))).toBeVisible();
    await reviewer.page.reload();
    await expect(reviewer.page.getByText(t('care:understood.wants_call'))).toBeVisible();
    await expect(reviewer.page.getByText(said.how)).toBeVisible();
    await Promise.all([theirs.close(), reviewer.close()]);
  });

  test(`R13 R27 R28 an identity is sealed on the phone and opened by a custodian's own key, with a second person (${locale})`, async ({
    browser
  }) => {
    const canary = `Zanzibarqa ${locale}`;
    const [first, second, admin] = [
      await atTheDesk(browser, locale, 'custodian'),
      await atTheDesk(browser, locale, 'custodian'),
      await atTheDesk(browser, locale, 'admin')
    ];
    const theirs = await phone(browser, locale);
    const page = await theirs.newPage();
    await beginToTell(page, locale);
    await sql(`update custodian_key set retired_at = now() where retired_at is null`);
    await page.goto(`/${locale}/tell/identity`);
    await expect(page.getByText(t('consent:identity.absent')), 'no custodian, no form').toBeVisible();
    await expect(page.getByRole('textbox')).toHaveCount(0);

    // A key pair is made where the custodian sits; only its public half is sent.
    const sent: string[] = [];
    first.page.on('request', (request) => sent.push(request.postData() ?? ''));
    await first.page.goto(`/${locale}/desk/keys`);
    await first.page.getByRole('button', { name: t('care:keys.make'), exact: true }).click();
    const downloading = first.page.waitForEvent('download');
    await first.page.getByRole('button', { name: t('care:keys.download') }).click();
    const keyFile = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-key-')), 'key.txt');
    await (await downloading).saveAs(keyFile);
    const secret = readFileSync(keyFile, 'utf8')
      .split('\n')
      .find((line) => line.startsWith('AGE-SECRET-KEY-'))!;
    await first.page.getByLabel(t('care:keys.stored')).check();
    await first.page
      .getByRole('button', { name: t('care:keys.send') })
      .first()
      .click();
    await expect(first.page.getByText(t('care:keys.added'))).toBeVisible();
    expect(sent.join('\n')).toContain('age1pq1');
    expect(sent.join('\n')).not.toContain(secret);
    await page.reload();
    await expect(page.getByText(t('consent:identity.absent')), 'nobody has compared it yet').toBeVisible();
    await admin.page.goto(`/${locale}/desk/keys`);
    await admin.page.getByRole('button', { name: t('care:keys.confirm') }).click();
    await expect(admin.page.getByText(t('care:keys.in_force'), { exact: true })).toBeVisible();

    // Sealed on the phone: the words leave it in no request.
    const leaving: string[] = [];
    page.on('request', (request) => leaving.push(request.postData() ?? ''));
    await page.reload();
    await page.getByLabel(t('consent:identity.name'), { exact: true }).fill(canary);
    await page.getByLabel(t('consent:identity.way'), { exact: true }).fill(`+00 ${canary}`);
    await page.getByLabel(t('consent:identity.safe'), { exact: true }).check();
    await page.getByRole('button', { name: t('consent:identity.more') }).click();
    await page.getByLabel(t('consent:identity.way'), { exact: true }).nth(1).fill(`unsafe ${canary}`);
    await page.getByText(t('consent:identity.keys')).click();
    await expect(page.locator('code.fingerprint')).toHaveCount(1);
    await page.getByRole('button', { name: t('consent:identity.submit') }).click();
    await expect(page.getByText(t('consent:identity.done'))).toBeVisible();
    expect(leaving.join('\n')).toContain(encodeURIComponent('YWdlLWVuY3J5cHRpb24ub3JnL3Yx').slice(0, 20));
    expect(decodeURIComponent(leaving.join('\n').replaceAll('+', ' '))).not.toContain(canary);
    const { id, number } = await newestTestimony();
    const [kept] = await sql<{ text: string }>(`select encode(ciphertext, 'escape') as text from sealed_identity where testimony_id = $1`, [
      id
    ]);
    expect(kept!.text).toMatch(/^age-encryption\.org\/v1/);
    expect(kept!.text).not.toContain(canary);

    // A reason, a second custodian, and the key file, which is not sent either.
    await first.page.goto(`/${locale}/desk/identities`);
    await first.page.getByLabel(t('care:identities.number')).selectOption(String(number));
    await first.page.getByLabel(t('care:identities.reason'), { exact: true }).fill(said.reason.repeat(2));
    await first.page.getByRole('button', { name: t('care:identities.send'), exact: true }).click();
    const opening = (at: Page) =>
      at.getByRole('listitem').filter({ hasText: `${t('care:identities.one', { number: String(number), date: '' }).split('·')[0]}` });
    await expect(opening(first.page).getByText(t('care:identities.waiting'), { exact: true })).toBeVisible();
    await expect(opening(first.page).getByRole('button', { name: t('care:identities.agree') }), 'not one’s own').toHaveCount(0);
    await second.page.goto(`/${locale}/desk/identities`);
    await opening(second.page)
      .getByRole('button', { name: t('care:identities.agree') })
      .click();
    await expect(opening(second.page).getByText(t('care:identities.open'), { exact: true })).toBeVisible();
    await expect(second.page.getByRole('button', { name: t('care:identities.open_it'), exact: true })).toHaveCount(0);
    await first.page.reload();
    await opening(first.page)
      .getByRole('button', { name: t('care:identities.open_it'), exact: true })
      .click();
    await first.page.getByLabel(t('care:identities.key_file')).setInputFiles(keyFile);
    await expect(first.page.getByText(canary, { exact: true })).toBeVisible();
    await expect(first.page.getByText(`+00 ${canary}`)).toBeVisible();
    await expect(first.page.getByText(`unsafe ${canary}`), 'R13 folded away: not to be used').toBeHidden();
    expect(sent.join('\n')).not.toContain(secret);
    const events = await sql<{ kind: string }>(
      `select kind from custody_event where testimony_id = $1 and kind like 'identity%' order by position`,
      [id]
    );
    expect(events.map(({ kind }) => kind)).toEqual([
      'identity_sealed',
      'identity_opening_asked',
      'identity_opening_agreed',
      'identity_opened'
    ]);
    expect((await admin.page.goto(`/${locale}/desk/identities`))!.status(), 'no custodian').toBe(404);
    await Promise.all([theirs.close(), first.close(), second.close(), admin.close()]);
  });

  test(`R6 R23 a question is read aloud once the archive has a voice for it, and only when it is asked to (${locale})`, async ({
    browser
  }) => {
    const admin = await atTheDesk(browser, locale, 'admin');
    const voice = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-voice-')), 'voice.mp3');
    execFileSync('ffmpeg', ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', 'sine=frequency=300:duration=2', voice]);
    const theirs = await phone(browser, locale);
    const page = await theirs.newPage();
    await page.goto(`/${locale}/tell`);
    await page.getByRole('button', { name: t('contributor:tell.begin'), exact: true }).click();
    await page.waitForURL(/\/tell\/consent\/keep/);
    await expect(page.getByText(t('contributor:consent.listen')), 'no hole where there is none').toHaveCount(0);

    await admin.page.goto(`/${locale}/desk/narration`);
    const question = (await page.getByRole('heading', { level: 1 }).textContent())!;
    const row = admin.page.getByRole('listitem').filter({ hasText: question });
    await row.locator('input[type=file]').setInputFiles(voice);
    await row.getByRole('button', { name: t('care:narration.add') }).click();
    await expect(admin.page.getByText(t('care:narration.added'))).toBeVisible();
    await expect(async () => {
      await admin.page.goto(`/${locale}/desk/narration`);
      await expect(row.getByText(t('care:narration.ready'), { exact: true })).toBeVisible({ timeout: 1_000 });
    }).toPass({ timeout: 40_000 });

    const asked: string[] = [];
    page.on('request', (request) => asked.push(new URL(request.url()).pathname));
    await page.reload();
    const listen = page.getByText(t('contributor:consent.listen'));
    await listen.click();
    const player = page.locator('details.listen audio');
    expect(await player.evaluate((audio: HTMLAudioElement) => [audio.paused, audio.autoplay])).toEqual([true, false]);
    expect(asked.filter((address) => address.startsWith('/media/'))).toEqual([]);
    await player.evaluate((audio: HTMLAudioElement) => audio.play());
    await expect.poll(() => player.evaluate((audio: HTMLAudioElement) => audio.currentTime)).toBeGreaterThan(0.5);
    await Promise.all([theirs.close(), admin.close()]);
  });

  test(`R20 who helps is kept by an admin and found by country, of which nobody learns (${locale})`, async ({ browser }) => {
    const admin = await atTheDesk(browser, locale, 'admin');
    const name = `An invented house ${locale}`;
    await admin.page.goto(`/${locale}/desk/support`);
    await admin.page.getByText(t('care:support.add')).first().click();
    const adding = admin.page.locator('form[action="?/add"]');
    await adding.getByLabel(t('care:support.name')).fill(name);
    await adding.getByLabel(t('care:support.country')).fill('tr');
    await adding.getByLabel(t('care:support.url')).fill('https://example.org/');
    await adding.locator('textarea').first().fill('دعم');
    await adding.getByRole('button', { name: t('care:support.add') }).click();
    await expect(admin.page.getByText(t('care:support.saved'))).toBeVisible();

    const theirs = await phone(browser, locale);
    const page = await theirs.newPage();
    await page.goto(`/${locale}/support`);
    const country = new Intl.DisplayNames([locale], { type: 'region' }).of('TR')!;
    await expect(page.getByText(name)).toBeHidden();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.getByText(country, { exact: true }).click();
    await expect(page.getByRole('link', { name })).toBeVisible();
    expect(asked).toEqual([]);
    expect(await page.evaluate(() => [localStorage.length, document.cookie])).toEqual([0, '']);
    await page.goto(`/${locale}/tell`);
    await expect(page.getByRole('link', { name: t('common:footer.support_near') }), 'on every page of telling').toBeVisible();
    await expect(page.getByRole('link', { name: t('common:footer.calm') })).toBeVisible();
    await Promise.all([theirs.close(), admin.close()]);
  });
}
