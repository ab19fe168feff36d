import { afterAll, beforeAll, expect, it } from 'vitest';
import { directionFor } from '#engines/translator/directions.ts';
import { libreTranslator } from '#engines/translator/libretranslate-http.server.ts';
import type { Direction, Translator } from '#engines/translator/port.ts';
import { contract } from '../support/contract.ts';
import { startTranslator, type EngineProcess } from '../support/engine-processes.ts';

const { TRANSLATOR_URL } = process.env;
const adapters = [
  { name: 'starter engine', url: null },
  { name: 'server of its own', variable: 'TRANSLATOR_URL', url: TRANSLATOR_URL }
];

const never = new AbortController().signal;

contract('translator', adapters, ({ url }) => {
  let engine: EngineProcess | null = null;
  let translator: Translator;
  let toSpanish: Direction;
  beforeAll(async () => {
    engine = url ? null : await startTranslator();
    translator = libreTranslator({ url: url ?? engine!.url });
    toSpanish = directionFor(await translator.languages(), 'en', 'es')!;
  });
  afterAll(() => engine?.stop());

  const translate = (texts: string[], direction = toSpanish) => translator.translate({ texts, direction, signal: never });

  it('says which directions it has', async () => {
    const directions = await translator.languages();
    expect(directions).toContainEqual({ source: 'en', target: 'es' });
    expect(directionFor(directions, 'en-GB', 'es-MX')).toEqual({ source: 'en', target: 'es' });
    expect(directionFor(directions, 'en', 'en')).toBeNull();
    expect(directionFor(directions, 'kmr', 'en')).toBeNull();
  });

  it('translates both ways, each text for itself', async () => {
    const texts = ['I was in the prison for three years.', 'My brother was with me.', 'Where is my mother?'];
    const spanish = await translate(texts);
    expect(spanish).toHaveLength(3);
    expect(spanish[0]).toMatch(/prisi[oó]n|c[aá]rcel/i);
    expect(spanish[1]).toMatch(/hermano/i);
    expect(spanish[2]).toMatch(/madre/i);
    const back = await translate(['Mi hermano estuvo en la cárcel.'], { source: 'es', target: 'en' });
    expect(back[0]).toMatch(/brother/i);
    expect(back[0]).toMatch(/prison|jail/i);
  });

  it('leaves blank texts as they are', async () => {
    expect(await translate(['', '  ', 'My brother'])).toEqual(['', '  ', expect.stringMatching(/hermano/i)]);
    expect(await translate([])).toEqual([]);
  });

  it('keeps the order of many, whatever stands in them', async () => {
    const odd = [
      '[house]',
      '^house$ @ \\',
      '<b>house</b>',
      'house\n\nhouse',
      '...',
      '- house -',
      'house\u0000house',
      '{house} / ~ * #',
      'سجن house',
      '"house'
    ];
    const texts = [...odd, ...Array.from({ length: 60 }, (_, i) => `The house number ${i}.`)];
    const translated = await translate(texts);
    expect(translated).toHaveLength(texts.length);
    texts.forEach((text, i) => {
      if (text.includes('house')) expect(translated[i]).toMatch(/casa/i);
      const [number] = /\d+/.exec(text) ?? [];
      if (number) expect(translated[i]).toContain(number);
    });
  });

  it('refuses a direction that it does not have', async () => {
    await expect(translate(['text'], { source: 'xx', target: 'es' })).rejects.toMatchObject({ code: 'engine_refused' });
  });
});
