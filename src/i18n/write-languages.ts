import { readdirSync } from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;
const FOLDER = path.join(HERE, 'locales');

/**
 * The files that `npm run languages` writes from the folders of locales/, by their path.
 *
 * A language is one folder: copy `en`, translate it, run the command. A namespace is one JSON file in every folder (Arabic first); its
 * keys are typed once the command ran. On a page:
 *
 *   // +layout.server.ts of the group, or +page.server.ts (under `pageWords`) for what one page alone needs
 *   export const load = ({ params }) => ({ words: words(params.lang, ['contributor']) });   // `common` is always there
 *
 *   // any component
 *   const { t, format, href } = useI18n();          // from '#i18n/context.svelte.ts'
 *   t('contributor:receipt.words', { count: 8 })     // plural forms: words_zero, _one, _two, _few, _many, _other
 *
 * A plural key has every form its language has (Arabic six, English `_one` and `_other`) and is called with `count`. Numbers among
 * the values are written in the language's digits; give timecodes, ids and hashes as text. `<b>` and `<bdi>` in a message are
 * shown by `<Rich text={t(…)} />`. On the server, outside components: `translatorFor(locale)` of `#i18n/words.server.ts`.
 */
export function languageFiles(): Record<string, string> {
  // Arabic first: it is the language of whoever asks for none of ours.
  const tags = readdirSync(FOLDER).sort((a, b) => Number(b === 'ar') - Number(a === 'ar') || a.localeCompare(b));
  return {
    [path.join(HERE, 'languages.ts')]: languages(tags),
    [path.join(HERE, 'resources.server.ts')]: resources(tags)
  };
}

const HEAD = '// Written by `npm run languages` from the folders of locales/.\n';

function languages(tags: string[]): string {
  const record = (of: (tag: string) => string) => `{ ${tags.map((tag) => `${tag}: '${of(tag)}'`).join(', ')} } as const`;
  return `${HEAD}
/** The languages of the pages, each a folder of locales/. A testimony may be in any language. */
export const LOCALES = [${tags.map((tag) => `'${tag}'`).join(', ')}] as const;

export const DIRECTIONS = ${record(directionOf)};

/** Each language by its own name, as the language switch shows it: this is the one text that is not translated. */
export const AUTONYMS = ${record(autonymOf)};
`;
}

type WithDirection = { getTextInfo?(): { direction: string }; textInfo?: { direction: string } };

function directionOf(tag: string): string {
  // A getter at first, then a method (ECMA-402's Intl.Locale Info): the pinned Node has the former.
  const locale = new Intl.Locale(tag) as WithDirection;
  return (locale.getTextInfo?.() ?? locale.textInfo)!.direction;
}

function autonymOf(tag: string): string {
  const name = new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
  return name.charAt(0).toLocaleUpperCase(tag) + name.slice(1);
}

/** Files of a folder that no page carries whole: what consent is asked in, and the words receipts are drawn from. */
const APART = ['consent-text', 'receipt-words'];

function resources(tags: string[]): string {
  const files = readdirSync(path.join(FOLDER, 'ar'))
    .map((file) => path.basename(file, '.json'))
    .sort();
  const namespaces = files.filter((file) => !APART.includes(file));
  const variable = (tag: string, file: string) => tag + file.replace(/(^|-)(\w)/g, (_, _dash, letter: string) => letter.toUpperCase());
  const imports = tags.flatMap((tag) =>
    files.map((file) => `import ${variable(tag, file)} from './locales/${tag}/${file}.json' with { type: 'json' };`)
  );
  const words = tags.map((tag) => `  ${tag}: {\n${namespaces.map((name) => `    ${name}: ${variable(tag, name)}`).join(',\n')}\n  }`);
  const apart = (file: string) => `{ ${tags.map((tag) => `${tag}: ${variable(tag, file)}`).join(', ')} }`;
  return `${HEAD}${imports.join('\n')}

export const resources = {
${words.join(',\n')}
};

/** The shape of every language's words; Arabic, which is written first, has it. */
export type Resources = (typeof resources)['ar'];

/** What consent is asked in (modules/consent). */
export const consentTexts = ${apart('consent-text')};

/** The words that receipts are drawn from (modules/testimony), as many to a line as fit. */
export const receiptWords = ${apart('receipt-words')};
`;
}
