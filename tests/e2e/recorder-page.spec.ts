import { expect, test, type Page } from '@playwright/test';
import { WORKING_LANGUAGES, type Locale } from '#i18n/locale.ts';
import { beginToTell, phone, speak } from './people.ts';

/** Runs in the page: what it got of the phone is kept where a test can act as the phone does. */
function watchThePhone() {
  const seen = { streams: [] as MediaStream[], locks: 0 };
  Object.assign(globalThis, { seen });
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wish) => {
    const stream = await ask(wish);
    seen.streams.push(stream);
    return stream;
  };
  Object.defineProperty(navigator, 'wakeLock', {
    value: { request: () => ((seen.locks += 1), Promise.resolve({ released: true, release: () => Promise.resolve() })) }
  });
}
type Seen = { seen: { streams: MediaStream[]; locks: number } };

async function opened(page: Page, locale: Locale, kind: 'video' | 'audio'): Promise<void> {
  const t = speak(locale);
  await page.goto(`/${locale}/tell/record?${kind}`);
  await page.getByRole('button', { name: t(`contributor:record.open_${kind}`) }).click();
  await expect(page.getByRole('button', { name: t('contributor:record.start') })).toBeVisible();
}

for (const locale of WORKING_LANGUAGES) {
  const t = speak(locale);
  const topic = (name: 'person' | 'day' | 'strength') => t(`contributor:write.topic_${name}`);

  test(`R17 R18 R23 prompts are left out one by one, put in any order, and nothing of it is sent (${locale})`, async ({ browser }) => {
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await beginToTell(page, locale);
    await page.goto(`/${locale}/tell/write`);
    const sent: string[] = [];
    page.on('request', (request) => request.method() !== 'GET' && sent.push(request.url()));
    await page.getByText(t('contributor:write.topics'), { exact: true }).click();
    await page.getByRole('button', { name: t('contributor:write.topic_skip_named', { topic: topic('person') }) }).click();
    await page.getByRole('button', { name: t('contributor:write.topic_sooner_named', { topic: topic('strength') }) }).click();
    expect(await page.locator('.prompt b').allTextContents()).toEqual(expect.not.arrayContaining([topic('person')]));
    expect((await page.locator('.prompt b').allTextContents()).slice(0, 2)).toEqual([topic('strength'), topic('day')]);
    expect(sent, 'it stays on the phone').toEqual([]);

    await page.goto(`/${locale}/tell/record?audio`);
    await page.getByText(t('contributor:write.topics'), { exact: true }).click();
    await expect
      .poll(async () => (await page.locator('.prompt b').allTextContents()).slice(0, 2))
      .toEqual([topic('strength'), topic('day')]);
    await page.getByRole('button', { name: t('contributor:write.topics_back') }).click();
    await expect(page.locator('.prompt b', { hasText: topic('person') })).toBeVisible();
    expect(await context.cookies().then((all) => all.map(({ name }) => name))).toEqual(['sawt_telling']);
    await context.close();
  });

  test(`R18 R19 the face can stay out of the picture: lines over it, the camera off, and what was chosen holds here (${locale})`, async ({
    browser
  }) => {
    const context = await phone(browser, locale);
    await context.addInitScript(watchThePhone);
    const page = await context.newPage();
    await beginToTell(page, locale);
    await opened(page, locale, 'video');
    await expect(page.locator('[data-framing]'), 'nothing is drawn unasked').toHaveCount(0);
    await page.getByText(t('contributor:record.framing'), { exact: true }).click();
    await expect(page.getByText(t('contributor:record.framing_honest'))).toBeVisible();
    for (const framing of ['hands', 'behind', 'shoulders'] as const) {
      await page.getByRole('radio', { name: t(`contributor:record.framing_${framing}`) }).check();
      await expect(page.locator(`[data-framing=${framing}]`)).toBeVisible();
      if (process.env.SAWT_SHOTS) await page.screenshot({ path: `${process.env.SAWT_SHOTS}/${framing}-${locale}.png` });
    }
    await opened(page, locale, 'video');
    await expect(page.locator('[data-framing=shoulders]'), 'in this telling').toBeVisible();

    const pictures = () =>
      page.evaluate(() =>
        (globalThis as unknown as Seen).seen.streams
          .at(-1)!
          .getVideoTracks()
          .map(({ enabled }) => enabled)
      );
    expect(await pictures()).toEqual([true]);
    await page.getByRole('button', { name: t('contributor:record.hide') }).click();
    expect(await pictures()).toEqual([false]);
    await expect(page.getByText(t('contributor:record.hidden'))).toBeVisible();
    await context.close();
  });

  test(`R19 R21 pause, stop and delete stay in sight; the screen is kept awake; a phone call keeps what was said (${locale})`, async ({
    browser
  }) => {
    const context = await phone(browser, locale);
    await context.addInitScript(watchThePhone);
    const page = await context.newPage();
    await beginToTell(page, locale);
    await opened(page, locale, 'audio');
    const level = page.getByRole('meter', { name: t('contributor:record.level') });
    // The browser's own microphone beeps once a second: looked at once a second, it may be silent each time.
    await expect.poll(async () => Number(await level.getAttribute('aria-valuenow')), { intervals: [130] }).toBeGreaterThan(0);
    await page.getByRole('button', { name: t('contributor:record.start') }).click();
    for (const end of [0, 5_000]) {
      await page.evaluate((y) => window.scrollTo(0, y), end);
      for (const act of ['pause', 'stop', 'delete'] as const)
        await expect(page.getByRole('button', { name: t(`contributor:record.${act}`) })).toBeInViewport({ ratio: 1 });
    }
    const locks = () => page.evaluate(() => (globalThis as unknown as Seen).seen.locks);
    await expect.poll(locks).toBe(1);
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
    await expect.poll(locks, 'back from another app').toBe(2);

    await expect(page.locator('.kept bdi')).not.toHaveText(/^[0٠]+:[0٠]+$/);
    await page.evaluate(() => (globalThis as unknown as Seen).seen.streams.at(-1)!.getAudioTracks()[0]!.dispatchEvent(new Event('ended')));
    await expect(page.getByText(t('contributor:record.trouble.interrupted'))).toBeVisible();
    const kept = () =>
      page.evaluate(
        () =>
          new Promise<string[]>((resolve) => {
            const opening = indexedDB.open('shelf');
            opening.onsuccess = () => {
              const all = opening.result.transaction('pieces').objectStore('pieces').getAll();
              all.onsuccess = () => resolve((all.result as { state: string }[]).map(({ state }) => state));
            };
          })
      );
    expect(await kept()).toEqual(['whole']);
    await expect(page.getByRole('link', { name: t('contributor:record.review') }), 'and it is offered at once').toBeVisible();
    await context.close();
  });

  test(`R21 a phone without room says so before anything is recorded (${locale})`, async ({ browser }) => {
    const context = await phone(browser, locale);
    await context.addInitScript(() => {
      navigator.storage.estimate = () => Promise.resolve({ quota: 120_000_000, usage: 30_000_000 });
    });
    const page = await context.newPage();
    await beginToTell(page, locale);
    await opened(page, locale, 'video');
    await expect(page.getByText(t('contributor:record.trouble.no_room'))).toBeVisible();
    await expect(page.getByRole('link', { name: t('contributor:record.audio_instead') })).toBeVisible();
    await context.close();
  });

  test(`R17 without script the prompts are a plain list (${locale})`, async ({ browser }) => {
    const context = await browser.newContext({
      javaScriptEnabled: false,
      viewport: { width: 360, height: 740 },
      baseURL: process.env.SAWT_TEST_ORIGIN
    });
    const page = await context.newPage();
    await beginToTell(page, locale);
    for (const address of ['write', 'record?audio']) {
      await page.goto(`/${locale}/tell/${address}`);
      await page.getByText(t('contributor:write.topics'), { exact: true }).click();
      await expect(page.locator('.prompt')).toHaveCount(6);
      await expect(page.locator('.prompt button')).toHaveCount(0);
    }
    await context.close();
  });
}
