import AxeBuilder from '@axe-core/playwright';
import { expect, test, type Page } from '@playwright/test';
import { DIRECTIONS, LOCALES, WORKING_LANGUAGES, type Locale } from '#i18n/locale.ts';
import { atTheDesk, beginToTell, phone, speak } from './people.ts';
import { origin } from './running.ts';

const ARCHIVE = ['', '/search?q=bread', '/places', '/years', '/themes', '/about', '/cite', '/accessibility', '/journalists'];
const TELLING = [
  '/tell',
  '/tell/consent/keep',
  '/tell/understood',
  '/tell/spoken/consent',
  '/tell/earlier',
  '/tell/others',
  '/tell/identity',
  '/tell/how',
  '/tell/record?audio',
  '/tell/file',
  '/tell/write',
  '/tell/review',
  '/tell/receipt',
  '/return',
  '/mine',
  '/mine/consent',
  '/mine/messages',
  '/mine/withdraw',
  '/support',
  '/calm'
];
const DOORS = ['/desk/sign-in', '/desk/recovery'];
const DESK = {
  reviewer: ['/desk', '/desk/vocabulary', '/desk/health'],
  custodian: ['/desk/identities', '/desk/keys'],
  admin: ['/desk/people', '/desk/keys', '/desk/narration', '/desk/support']
} as const;

/** Everything a page does that nobody asked for: errors, refused styles or scripts, and requests to another host. */
function watch(page: Page): string[] {
  const trouble: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of (404|410)/.test(message.text())) trouble.push(message.text());
  });
  page.on('pageerror', (error) => trouble.push(error.message));
  page.on('request', (request) => {
    if (!/^(data|blob):/.test(request.url()) && new URL(request.url()).origin !== new URL(origin()).origin)
      trouble.push(`asked ${new URL(request.url()).host}`);
  });
  return trouble;
}

/** What axe finds by WCAG 2.2 AA. It measures no contrast of Arabic letters: a second look sees Latin ones in their place. */
async function axe(page: Page): Promise<string[]> {
  const told = ({ violations }: Awaited<ReturnType<AxeBuilder['analyze']>>) =>
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(' | ')}`);
  const violations = told(await new AxeBuilder({ page }).withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']).analyze());
  await page.evaluate(() => {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node; node = texts.nextNode()) node.nodeValue = node.nodeValue!.replace(/[\u0600-\u06ff]/g, 'n');
  });
  return [...violations, ...told(await new AxeBuilder({ page }).withRules(['color-contrast']).analyze())];
}

async function visit(page: Page, locale: Locale, address: string): Promise<void> {
  await page.goto(`/${locale}${address}`);
  await expect(page.locator('html')).toHaveAttribute('lang', locale);
  await expect(page.locator('html')).toHaveAttribute('dir', DIRECTIONS[locale]);
  await expect(page.getByRole('link', { name: speak(locale)('common:exit') }).first(), 'R22 the way out is there').toBeVisible();
  expect(
    await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
    'no sideways scroll'
  ).toBeLessThanOrEqual(0);
}

for (const locale of LOCALES) {
  test(`R22 R39 every page of the archive is quiet, accessible and fits a phone (${locale})`, async ({ browser }) => {
    const context = await phone(browser, locale);
    const page = await context.newPage();
    const trouble = watch(page);
    for (const address of [...ARCHIVE, ...DOORS]) {
      await test.step(address || '/', async () => {
        await visit(page, locale, address);
        expect.soft(await axe(page), address).toEqual([]);
        expect.soft(trouble.splice(0), address).toEqual([]);
      });
    }
    await context.close();
  });

  test(`R20 R22 R39 every page where somebody tells is quiet, accessible and named like any other (${locale})`, async ({ browser }) => {
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await beginToTell(page, locale);
    const trouble = watch(page);
    for (const address of TELLING) {
      await test.step(address, async () => {
        await visit(page, locale, address);
        for (const help of ['common:footer.calm', 'common:footer.support_near'] as const)
          await expect.soft(page.getByRole('contentinfo').getByRole('link', { name: speak(locale)(help) }), `R20 ${address}`).toBeVisible();
        await expect.soft(page, 'nothing in the title').toHaveTitle(speak(locale)('common:neutral_title'));
        expect.soft(await axe(page), address).toEqual([]);
        expect.soft(trouble.splice(0), address).toEqual([]);
      });
    }
    await context.close();
  });
}

for (const locale of WORKING_LANGUAGES) {
  test(`R39 every page of the desk is quiet and accessible (${locale})`, async ({ browser }) => {
    for (const role of ['reviewer', 'custodian', 'admin'] as const) {
      const colleague = await atTheDesk(browser, locale, role);
      const trouble = watch(colleague.page);
      for (const address of DESK[role]) {
        await test.step(address, async () => {
          await visit(colleague.page, locale, address);
          expect.soft(await axe(colleague.page), address).toEqual([]);
          expect.soft(trouble.splice(0), address).toEqual([]);
        });
      }
      await colleague.close();
    }
  });

  test(`R22 Shift three times leaves at once, and the way back does not lead here (${locale})`, async ({ browser }) => {
    const context = await phone(browser, locale);
    const page = await context.newPage();
    await context.route(/^https:\/\//, (route) => route.fulfill({ contentType: 'text/html', body: '<title>Elsewhere</title>' }));
    await page.goto('about:blank');
    await page.goto(`/${locale}/tell`);
    // The keys work from the moment that the page's script runs; before it does, the link is the way out.
    await expect(async () => {
      for (let pressed = 0; pressed < 3; pressed += 1) await page.keyboard.press('Shift');
      await expect(page).toHaveTitle('Elsewhere', { timeout: 1_000 });
    }).toPass({ timeout: 20_000 });
    await page.goBack();
    expect(page.url()).not.toContain('/tell');
    await context.close();
  });
}
