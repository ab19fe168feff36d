import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES, type WorkingLanguage } from '#i18n/locale.ts';
import { wordErrorRate, wordsHeard } from '../support/word-error.ts';
import { listeningTo, SAID, spoken } from './microphone.ts';
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
  secondsOn,
  sealPublicVersion,
  speak,
  sql,
  typeWords,
  withoutCoolingOff
} from './people.ts';
import { hasTranscriber } from './running.ts';

/** English on video, Arabic as a voice alone: both paths, both engines' languages. */
const HOW: Record<WorkingLanguage, 'video' | 'audio'> = { en: 'video', ar: 'audio' };

test.beforeAll(withoutCoolingOff);
test.skip(() => !hasTranscriber(), 'this machine has no speech engine');
test.setTimeout(420_000);

type Heard = { id: string; text: string; start_ms: number; end_ms: number };
const heard = (testimony: string) =>
  sql<Heard>(`select id, text, start_ms, end_ms from segment where testimony_id = $1 order by position`, [testimony]);

async function record(page: Page, locale: WorkingLanguage, seconds: number): Promise<void> {
  const t = speak(locale);
  const how = HOW[locale];
  await page.getByRole('link', { name: t(`contributor:how.${how}`) }).click();
  await page.getByRole('button', { name: t(`contributor:record.open_${how}`) }).click();
  await page.getByRole('button', { name: t('contributor:record.start') }).click();
  await expect(page.getByText(t('contributor:record.recording'), { exact: true })).toBeVisible();
  for (const act of ['pause', 'stop', 'delete'] as const)
    await expect(page.getByRole('button', { name: t(`contributor:record.${act}`) }), 'R19').toBeInViewport();
  // The clock of the recording itself says how much was heard.
  await expect.poll(async () => secondsOn(page.locator('.rec__state bdi')), { timeout: (seconds + 60) * 1000 }).toBeGreaterThan(seconds);
  await page.getByRole('button', { name: t('contributor:record.stop') }).click();
  await expect(page.getByText(t('contributor:sending.safe'))).toBeVisible({ timeout: 90_000 });
}

for (const locale of WORKING_LANGUAGES) {
  test(`R24 R29 R31 R34 R37 what somebody said is transcribed, corrected, redacted, published, heard at its second, and withdrawn while it plays (${locale})`, async ({
    browser
  }) => {
    const t = speak(locale);
    const voice = await spoken(locale);
    const theirPhone = await listeningTo(voice.file);
    const theirs = await phone(theirPhone, locale);
    const page = await theirs.newPage();
    await beginToTell(page, locale);
    await record(page, locale, voice.seconds);
    const words = await receiveWordsAndSubmit(page, locale);
    const { id } = await newestTestimony();
    await theirPhone.close();

    // The worker: hash, inspection, renditions, speech, words.
    await expect.poll(async () => (await heard(id)).length, { timeout: 180_000 }).toBeGreaterThan(0);
    const segments = await heard(id);
    const text = segments.map((segment) => segment.text).join(' ');
    const [recording] = await sql<{ duration_ms: number; state: string }>(
      `select duration_ms, state::text from recording where testimony_id = $1`,
      [id]
    );
    expect(recording!.state).toBe('verified');
    for (const { start_ms, end_ms } of segments) {
      expect(start_ms).toBeGreaterThanOrEqual(0);
      expect(end_ms).toBeLessThanOrEqual(recording!.duration_ms);
    }
    if (locale === 'en') expect(wordErrorRate(SAID.en.join(' '), text)).toBeLessThanOrEqual(0.1);
    else {
      expect(text).toMatch(/^[\p{Script=Arabic}\p{M}\p{P}\p{Z}\p{N}]+$/u);
      expect(wordsHeard(SAID.ar.join(' '), text)).toBeGreaterThanOrEqual(3);
    }

    // A reviewer corrects a word, hides the last passage, and two approve.
    const first = await atTheDesk(browser, locale, 'reviewer');
    await first.page.goto(`/${locale}/desk/testimonies/${id}`);
    await first.page.getByRole('button', { name: t('desk:queue.take'), exact: true }).click();
    await first.page.goto(`/${locale}/desk/testimonies/${id}/transcript`);
    const added = locale === 'en' ? 'Marmalade' : 'المشمش';
    const cell = first.page.getByRole('textbox', { name: t('desk:editor.passage', { at: '' }).trim() }).first();
    await cell.click();
    await cell.press('Control+End');
    await cell.pressSequentially(` ${added}.`);
    await expect.poll(async () => (await heard(id)).some((segment) => segment.text.includes(added)), { timeout: 20_000 }).toBe(true);

    const last = segments.at(-1)!;
    const clock = (ms: number) =>
      `${String(Math.floor(ms / 60_000)).padStart(2, '0')}:${((ms % 60_000) / 1000).toFixed(1).padStart(4, '0')}`;
    const hide = first.page.getByRole('region', { name: t('desk:editor.redactions') });
    const begin = first.page.getByRole('button', { name: t('desk:edit_list.begin') });
    if (await begin.isVisible()) await begin.click();
    await hide.getByLabel(t('desk:editor.from'), { exact: true }).fill(clock(Math.max(0, last.start_ms - 200)));
    await hide.getByLabel(t('desk:editor.to'), { exact: true }).fill(clock(Math.min(recording!.duration_ms, last.end_ms + 200)));
    await hide.getByLabel(t('desk:editor.treatment')).selectOption('mute');
    await hide.getByLabel(t('desk:editor.reason')).selectOption('third_party');
    await hide.getByRole('button', { name: t('desk:editor.redact'), exact: true }).click();
    await expect(hide.getByText(t('desk:redaction_reason.third_party')).first()).toBeVisible();

    await sealPublicVersion(first.page, locale, id);
    await assessRisk(first.page, locale, id);
    await approve(first.page, locale, id);
    const second = await atTheDesk(browser, locale, 'reviewer');
    await approve(second.page, locale, id);
    await sayYes(browser, locale, words);
    await published(id);

    // A journalist finds the word and hears that second.
    const journalist = await browser.newContext({ locale });
    const reading = await journalist.newPage();
    await reading.goto(`/${locale}/search?q=${encodeURIComponent(added)}`);
    await expect(reading.locator('mark', { hasText: added }).first()).toBeVisible();
    await reading.locator('a.listen').first().click();
    await reading.waitForURL(/\/testimonies\//);
    const medium = reading.locator('video, audio').first();
    expect(await medium.evaluate((element: HTMLMediaElement) => element.paused), 'R23 nothing plays by itself').toBe(true);
    // A picture waits behind a gate; a voice that nothing is warned of has its player at once.
    await reading
      .locator('#gate-listen')
      .or(reading.getByRole('button', { name: t('common:player.play'), exact: true }))
      .first()
      .click();
    await expect
      .poll(() => medium.evaluate((element: HTMLMediaElement) => element.currentTime), { timeout: 20_000 })
      .toBeGreaterThan(segments[0]!.start_ms / 1000);
    const publishedText = await reading.locator('.lines').textContent();
    const hiddenWords = last.text.split(/\s+/).filter((word) => word.length > 4);
    for (const word of hiddenWords) expect(publishedText, 'what is hidden is not in the text').not.toContain(word);

    // In the sound it is silence, and nothing tells of the device.
    const source = await medium.evaluate((element: HTMLMediaElement) => element.currentSrc);
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'sawt-heard-')), 'public');
    writeFileSync(file, Buffer.from(await (await journalist.request.get(source)).body()));
    expect(loudness(file, last.start_ms, last.end_ms)).toBeLessThan(-60);
    expect(loudness(file, segments[0]!.start_ms, segments[0]!.end_ms)).toBeGreaterThan(-50);
    const tags = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'format_tags:stream_tags', '-of', 'json', file]).toString();
    expect(tags).not.toMatch(/creation_time|title|artist|location|com\.|make|model/i);

    // Withdrawn on another device while it is being watched.
    const another = await phone(browser, locale);
    const back = await another.newPage();
    await back.goto(`/${locale}/return`);
    await typeWords(back, locale, words);
    await back.getByRole('button', { name: t('contributor:return.open'), exact: true }).click();
    await back.waitForURL(/\/mine$/);
    await back.goto(`/${locale}/mine/withdraw`);
    await back.getByLabel(t('contributor:withdraw.destroy')).check();
    await back.getByRole('button', { name: t('contributor:withdraw.submit') }).click();
    await expect(back.getByText(t('contributor:mine.state.withdrawn'))).toBeVisible();
    expect((await journalist.request.get(source)).status()).toBe(410);
    expect((await reading.goto(`/${locale}/testimonies/${id}`))!.status()).toBe(410);
    await expect
      .poll(async () => (await sql(`select 1 from search_passage where testimony_id = $1`, [id])).length, { timeout: 30_000 })
      .toBe(0);
    await expect
      .poll(async () => (await sql<{ state: string }>(`select state::text from recording where testimony_id = $1`, [id]))[0]!.state, {
        timeout: 60_000
      })
      .toBe('destroyed');
    await Promise.all([first.close(), second.close(), another.close(), journalist.close()]);
  });
}

/** Mean loudness of a stretch, in decibels; silence is about -91. */
function loudness(file: string, startMs: number, endMs: number): number {
  const said = execFileSync('sh', [
    '-c',
    `ffmpeg -nostdin -hide_banner -ss ${startMs / 1000} -t ${(endMs - startMs) / 1000} -i '${file}' -map 0:a -af volumedetect -f null - 2>&1`
  ]).toString();
  return Number(/mean_volume: (-?[\d.]+|-inf)/.exec(said)?.[1] ?? -91);
}
