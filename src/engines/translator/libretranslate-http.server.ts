import { Readable } from 'node:stream';
import * as v from 'valibot';
import { askEngine, refusedWith, type EngineAddress } from '#engines/ask-engine.server.ts';
import { DomainError } from '#platform/errors.ts';
import { inHalves, sentencesOf } from './halves.ts';
import type { Direction, TranslationJob, Translator } from './port.ts';

/** What one request may hold: servers limit both, and a failed request costs only its own batch. */
const BATCH_TEXTS = 50;
const BATCH_CHARACTERS = 5_000;
const BATCH_LIMIT_MS = 30 * 60_000;
const QUESTION_LIMIT_MS = 10_000;
/** How long a server's list of languages is taken as read. */
const LIST_KEPT_MS = 5 * 60_000;

const Translated = v.object({ translatedText: v.union([v.array(v.string()), v.string()]) });
/** Older servers list no targets: there every language goes into every other. */
const Languages = v.array(v.object({ code: v.string(), targets: v.nullish(v.array(v.string())) }));

/** Where the server is, and what it does not say of itself. `key`: sent in the body, as LibreTranslate wants it. */
export type TranslatorAddress = EngineAddress & {
  /** The directions it serves, for servers without a list; then the list is not asked for. */
  directions?: readonly Direction[] | undefined;
};

/** Any server with LibreTranslate's API: our starter engine over Apertium, LibreTranslate itself … */
export function libreTranslator({ url, key, directions }: TranslatorAddress): Translator {
  const server: Server = { address: { url }, key };
  let known: { at: number; directions: Direction[] } | null = null;

  return {
    async translate({ texts, direction, signal }) {
      const spoken = texts.filter((text) => text.trim() !== '');
      const translated: string[] = [];
      for (const batch of batches(spoken)) translated.push(...(await translateBatch(server, { texts: batch, direction, signal })));
      let at = 0;
      return texts.map((text) => (text.trim() === '' ? text : translated[at++]!));
    },

    async languages(signal = AbortSignal.timeout(QUESTION_LIMIT_MS)) {
      if (directions) return [...directions];
      if (known && Date.now() - known.at < LIST_KEPT_MS) return known.directions;
      known = { at: Date.now(), directions: await listed(server, signal) };
      return known.directions;
    }
  };
}

type Server = { address: EngineAddress; key: string | undefined };

async function listed({ address }: Server, signal: AbortSignal): Promise<Direction[]> {
  const languages = await askEngine(address, { method: 'GET', path: '/languages', signal, limitMs: QUESTION_LIMIT_MS }, Languages);
  const codes = languages.map(({ code }) => code);
  return languages.flatMap(({ code, targets }): Direction[] =>
    (targets ?? codes).filter((target) => target !== code).map((target) => ({ source: code, target }))
  );
}

/** A batch that the server finds too large is asked for again in halves, down to a single sentence. */
async function translateBatch(server: Server, job: TranslationJob): Promise<string[]> {
  try {
    return await ask(server, job);
  } catch (error) {
    // LibreTranslate says 400 of a text past its limit, a proxy in front of it 413.
    if (!refusedWith(error, 400, 413)) throw error;
    const { texts } = job;
    if (texts.length === 1) return [await translateSentences(server, { ...job, text: texts[0]! }, error)];
    const translated: string[] = [];
    for (const half of inHalves(texts)) translated.push(...(await translateBatch(server, { ...job, texts: half })));
    return translated;
  }
}

/** @throws `refusal` where the text is one sentence */
async function translateSentences(server: Server, job: Omit<TranslationJob, 'texts'> & { text: string }, refusal: unknown) {
  const sentences = sentencesOf(job.text, job.direction.source);
  if (sentences.length < 2) throw refusal;
  const translated: string[] = [];
  for (const half of inHalves(sentences)) translated.push(...(await translateBatch(server, { ...job, texts: [half.join(' ')] })));
  return translated.join(' ');
}

async function ask({ address, key }: Server, { texts, direction, signal }: TranslationJob): Promise<string[]> {
  // Some servers know one text at a time only.
  const q = texts.length === 1 ? texts[0]! : texts;
  const asked = { q, source: direction.source, target: direction.target, format: 'text', ...(key && { api_key: key }) };
  const body = Buffer.from(JSON.stringify(asked));
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  const question = { method: 'POST', path: '/translate', headers, body: Readable.from([body]), signal, limitMs: BATCH_LIMIT_MS } as const;
  const { translatedText } = await askEngine(address, question, Translated);
  const translated = typeof translatedText === 'string' ? [translatedText] : translatedText;
  const complete = translated.length === texts.length && translated.every((text) => text.trim() !== '');
  if (!complete) throw new DomainError('engine_refused', { field: 'translatedText' });
  return translated;
}

/** Texts in their order, in groups within the limits; a text that is longer than a whole group goes alone. */
function* batches(texts: readonly string[]): Generator<string[]> {
  let batch: string[] = [];
  let characters = 0;
  for (const text of texts) {
    if (batch.length > 0 && (batch.length === BATCH_TEXTS || characters + text.length > BATCH_CHARACTERS)) {
      yield batch;
      batch = [];
      characters = 0;
    }
    batch.push(text);
    characters += text.length;
  }
  if (batch.length > 0) yield batch;
}
