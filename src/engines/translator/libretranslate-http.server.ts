import { Readable } from 'node:stream';
import * as v from 'valibot';
import { askEngine, type EngineAddress } from '#engines/ask-engine.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { Direction, TranslationJob, Translator } from './port.ts';

/** What one request may hold: servers limit both, and a failed request costs only its own batch. */
const BATCH_TEXTS = 50;
const BATCH_CHARACTERS = 5_000;
const BATCH_LIMIT_MS = 10 * 60_000;
const QUESTION_LIMIT_MS = 10_000;

const Translated = v.object({ translatedText: v.array(v.string()) });
const Languages = v.array(v.object({ code: v.string(), targets: v.optional(v.array(v.string()), []) }));

/** Any server with LibreTranslate's API: our starter engine over Apertium, LibreTranslate itself … */
export function libreTranslator(address: EngineAddress): Translator {
  return {
    async translate({ texts, direction, signal }) {
      const spoken = texts.filter((text) => text.trim() !== '');
      const translated: string[] = [];
      for (const batch of batches(spoken)) translated.push(...(await translateBatch(address, { texts: batch, direction, signal })));
      let at = 0;
      return texts.map((text) => (text.trim() === '' ? text : translated[at++]!));
    },

    async languages(signal) {
      const question = {
        method: 'GET',
        path: '/languages',
        signal: signal ?? new AbortController().signal,
        limitMs: QUESTION_LIMIT_MS
      } as const;
      const listed = await askEngine(address, question, Languages);
      return listed.flatMap(({ code, targets }): Direction[] =>
        targets.filter((target) => target !== code).map((target) => ({ source: code, target }))
      );
    }
  };
}

async function translateBatch(address: EngineAddress, { texts, direction, signal }: TranslationJob): Promise<string[]> {
  const body = Buffer.from(JSON.stringify({ q: texts, source: direction.source, target: direction.target, format: 'text' }));
  const headers = { 'content-type': 'application/json', 'content-length': String(body.length) };
  const question = { method: 'POST', path: '/translate', headers, body: Readable.from([body]), signal, limitMs: BATCH_LIMIT_MS } as const;
  const { translatedText } = await askEngine(address, question, Translated);
  const complete = translatedText.length === texts.length && translatedText.every((text) => text.trim() !== '');
  if (!complete) throw new DomainError('engine_refused', { field: 'translatedText' });
  return translatedText;
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
