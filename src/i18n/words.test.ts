import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { createTranslator as compact } from './compact.ts';
import { createTranslator as i18next } from './i18next.ts';
import type { Key, Messages, Namespace, Tree } from './keys.ts';
import { LOCALES, type Locale } from './locale.ts';
import { resources } from './resources.server.ts';
import { languageFiles } from './write-languages.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const FORM = /_(zero|one|two|few|many|other)$/;
const namespaces = Object.keys(resources.ar) as Namespace[];

/** Every text of a namespace by its path: `error.gone` → the text. */
function texts(tree: Tree, before = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [[before + key, value] as [string, string]] : texts(value, `${before}${key}.`)
  );
}
const all = (locale: Locale, name: Namespace) => texts(resources[locale][name] as Tree);
const bases = (locale: Locale, name: Namespace) => [...new Set(all(locale, name).map(([key]) => key.replace(FORM, '')))].sort();
const variables = (text: string) => [...text.matchAll(/{{\s*(\w+)\s*}}/g)].map((found) => found[1]!).sort();

it('takes in every folder and file of locales/ (else: npm run languages)', () => {
  for (const [file, text] of Object.entries(languageFiles())) expect(readFileSync(file, 'utf8'), file).toBe(text);
});

it.each(LOCALES.flatMap((locale) => namespaces.map((name) => [locale, name] as const)))(
  'says the same things as Arabic: %s %s',
  (locale, name) => {
    expect(bases(locale, name)).toEqual(bases('ar', name));
  }
);

it.each(LOCALES)('leaves no text empty: %s', (locale) => {
  for (const name of namespaces) for (const [key, text] of all(locale, name)) expect(text.trim(), `${name}:${key}`).not.toBe('');
});

it.each(LOCALES)('has every plural form of the language, and no other: %s', (locale) => {
  const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories.toSorted();
  for (const name of namespaces) {
    const keys = all(locale, name).map(([key]) => key);
    for (const base of new Set(keys.filter((key) => FORM.test(key)).map((key) => key.replace(FORM, '')))) {
      const there = keys.filter((key) => key.replace(FORM, '') === base && FORM.test(key)).map((key) => FORM.exec(key)![1]!);
      expect(there.toSorted(), `${name}:${base}`).toEqual(forms);
    }
  }
});

it('uses the same values in every language; a plural form may leave the count out', () => {
  for (const name of namespaces) {
    for (const base of bases('ar', name)) {
      const used = LOCALES.map((locale) => {
        const own = all(locale, name).filter(([key]) => key.replace(FORM, '') === base);
        return [...new Set(own.flatMap(([, text]) => variables(text)))].filter((variable) => variable !== 'count').sort();
      });
      for (const own of used) expect(own, `${name}:${base}`).toEqual(used[0]);
    }
  }
});

it('asks only for words that exist, in every source file', () => {
  const known = new Set(namespaces.flatMap((name) => bases('ar', name).map((key) => `${name}:${key}`)));
  const sources = readdirSync(path.join(here, '..'), { recursive: true, encoding: 'utf8' }).filter(
    (file) => /\.(svelte|ts)$/.test(file) && !/\.test\.ts$/.test(file) && !file.startsWith('i18n/')
  );
  const missing: string[] = [];
  for (const file of sources) {
    const code = readFileSync(path.join(here, '..', file), 'utf8');
    for (const [, key, rest] of code.matchAll(/['"`]([a-z]+:[a-z][\w.]*)(\$\{)?/g)) {
      if (!namespaces.includes(key!.split(':')[0] as Namespace)) continue;
      const found = rest ? [...known].some((one) => one.startsWith(key!)) : known.has(key!);
      if (!found) missing.push(`${file}: ${key}`);
    }
  }
  expect(missing).toEqual([]);
});

it.each(LOCALES)('reads the files in the browser as i18next reads them on the server: %s', (locale) => {
  const messages = resources[locale] as Messages;
  const full = i18next(locale, () => messages);
  const small = compact(locale, () => messages);
  for (const name of namespaces) {
    for (const base of bases(locale, name)) {
      const own = all(locale, name).filter(([key]) => key.replace(FORM, '') === base);
      const values = Object.fromEntries(own.flatMap(([, text]) => variables(text)).map((variable) => [variable, `«${variable}»`]));
      const counts = own.some(([key]) => FORM.test(key)) ? [0, 1, 2, 3, 11, 100, 101, 1234] : [undefined];
      for (const count of counts) {
        const given = count === undefined ? values : { ...values, count };
        expect(small(`${name}:${base}` as Key, given)).toBe(full(`${name}:${base}` as Key, given));
      }
    }
  }
});

it('writes numbers in the digits of the language and leaves text alone', () => {
  const words = { common: { n: '{{size}} {{at}}' } } as unknown as Messages;
  for (const translator of [i18next('ar', () => words), compact('ar', () => words)]) {
    expect(translator('common:n' as Key, { size: 1986, at: '12:41' })).toBe('١٩٨٦ 12:41');
  }
});

it('refuses a key without words instead of showing the key', () => {
  expect(() => i18next('ar', () => ({}))('common:brand')).toThrow('common:brand');
  expect(() => compact('ar', () => ({}))('common:brand')).toThrow('common:brand');
});

it('takes what someone typed as text', () => {
  const words = { common: { said: 'Results for {{query}}' } } as unknown as Messages;
  for (const make of [i18next, compact]) {
    const t = make('en', () => words);
    for (const query of ['$t(common:brand)', '{{query}}', '<b>x</b>', '$&'])
      expect(t('common:said' as Key, { query })).toBe(`Results for ${query}`);
  }
});
