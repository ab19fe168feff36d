import * as v from 'valibot';
import { askEngine, refusedWith, type EngineAddress } from '#engines/ask-engine.server.ts';
import { DomainError } from '#platform/errors.ts';
import { languageAnswered, languagesOfModel, servedLanguage } from './languages.ts';
import { fileForm } from './multipart.server.ts';
import type { Reading, ReadingJob, SpokenSegment, Transcriber } from './port.ts';
import { milliseconds, segmentsOfWords, spokenWords, wordsBySegment, type SentWord } from './words.ts';

/** A large model on a slow machine may take longer than the piece of speech is long. */
export const READING_LIMIT_MS = 2 * 3_600_000;
const QUESTION_LIMIT_MS = 10_000;

const seconds = v.pipe(v.number(), v.finite());
const Word = v.object({ word: v.string(), start: seconds, end: seconds, probability: v.nullish(v.number()) });
const Segment = v.object({ start: seconds, end: seconds, text: v.string(), words: v.nullish(v.array(Word)) });
/** OpenAI's `verbose_json`: words flat beside the segments, inside them, or left out; from some servers no more than the text. */
const Reply = v.pipe(
  v.object({
    language: v.nullish(v.string()),
    duration: v.nullish(v.number()),
    text: v.nullish(v.string()),
    segments: v.nullish(v.array(Segment)),
    words: v.nullish(v.array(Word))
  }),
  v.check(({ text, segments, words }) => Boolean(segments ?? words) || typeof text === 'string', 'says nothing')
);
type Reply = v.InferOutput<typeof Reply>;
type SentSegment = v.InferOutput<typeof Segment>;

const Models = v.object({ data: v.array(v.object({ id: v.string() })) });
const Health = v.object({ model: v.nullish(v.string()), translates: v.nullish(v.boolean()) });

/** Where the server is, without the trailing `/v1/…`, and what it does not say of itself. */
export type TranscriberAddress = EngineAddress & {
  /** The model to ask for where the server has several; by default its first Whisper. */
  model?: string | undefined;
  /** The languages it serves, as its own codes; by default told from the model's name. */
  languages?: readonly string[] | undefined;
};

/** Any server with OpenAI's audio API: our starter engine, speaches, whisper.cpp, vLLM … */
export function openAiTranscriber(address: TranscriberAddress): Transcriber {
  const base: EngineAddress = { url: address.url.replace(/\/v1\/?$/, ''), key: address.key };
  /** Some models write no more than a text, and refuse to be asked for more. */
  let format: 'verbose_json' | 'json' = 'verbose_json';

  async function read(path: string, job: ReadingJob): Promise<Reading> {
    const model = address.model ?? (await firstModel(base, job.signal));
    const language = job.language === null ? null : servedLanguage(address.languages ?? languagesOfModel(model), job.language);
    if (job.language !== null && language === null) throw new DomainError('engine_refused', { field: 'language' });
    const ask = async (as: typeof format) => {
      const form = await fileForm(fieldsOf(as, model ?? 'whisper-1', language), job.audioPath);
      return askEngine(base, { method: 'POST', path, ...form, signal: job.signal, limitMs: READING_LIMIT_MS }, Reply);
    };
    try {
      return readingOf(await ask(format), language);
    } catch (error) {
      if (format === 'json' || !refusedWith(error, 400, 422)) throw error;
      const reply = await ask('json');
      format = 'json';
      return readingOf(reply, language);
    }
  }

  return {
    transcribe: (job) => read('/v1/audio/transcriptions', job),
    translateToEnglish: async (job) => ({ ...(await read('/v1/audio/translations', job)), language: 'en' }),
    languages: async (signal) => address.languages ?? languagesOfModel(address.model ?? (await modelIfThere(base, signal))),
    async health(signal = AbortSignal.timeout(QUESTION_LIMIT_MS)) {
      const { ready, model, translates } = await healthOf(base, signal);
      return { ready, model: address.model ?? model ?? (ready ? await modelIfThere(base, signal) : null), translates };
    }
  };
}

function fieldsOf(format: 'verbose_json' | 'json', model: string, language: string | null): [string, string][] {
  const times: [string, string][] = ['word', 'segment'].map((unit) => ['timestamp_granularities[]', unit]);
  return [
    ['model', model],
    ['response_format', format],
    ...(format === 'verbose_json' ? times : []),
    ['temperature', '0'],
    ...(language === null ? [] : [['language', language] as [string, string]])
  ];
}

/** The server's first Whisper model, or its first; null where it does not list any. */
async function firstModel(address: EngineAddress, signal: AbortSignal): Promise<string | null> {
  try {
    const { data } = await askEngine(address, { method: 'GET', path: '/v1/models', signal, limitMs: QUESTION_LIMIT_MS }, Models);
    return (data.find(({ id }) => /whisper/i.test(id)) ?? data[0])?.id ?? null;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'engine_refused') return null;
    throw error;
  }
}

/** The same, or null where the server does not answer now: what it serves is not held against it then. */
async function modelIfThere(address: EngineAddress, signal?: AbortSignal): Promise<string | null> {
  try {
    return await firstModel(address, signal ?? AbortSignal.timeout(QUESTION_LIMIT_MS));
  } catch (error) {
    if (error instanceof DomainError) return null;
    throw error;
  }
}

async function healthOf(address: EngineAddress, signal: AbortSignal) {
  const question = { method: 'GET', path: '/health', signal, limitMs: QUESTION_LIMIT_MS } as const;
  try {
    const { model, translates } = await askEngine(address, question, Health);
    return { ready: true, model: model ?? null, translates: translates ?? null };
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    // Servers without such a page, or with another answer on it, are there all the same.
    return { ready: error.code === 'engine_refused', model: null, translates: null };
  }
}

/** Seconds to milliseconds, words to their segments, order and bounds made sure of, what says nothing left out. */
function readingOf(reply: Reply, asked: string | null): Reading {
  const longest = reply.duration && reply.duration > 0 ? milliseconds(reply.duration) : Infinity;
  const language = asked ?? (reply.language ? languageAnswered(reply.language) : null);
  const flat = reply.words ?? [];
  const sent = reply.segments ?? segmentsOfWords(flat);
  if (!reply.segments && !flat.length) return untimed(reply.text ?? '', longest, language);
  return { language, segments: segmentsOf(sent, flat, longest) };
}

/** Times are never made up: who asked knows what was sent, and may send less at once. */
function untimed(text: string, longest: number, language: string | null): Reading {
  const said = text.trim();
  if (!said) return { language, segments: [] };
  return { language, segments: [{ startMs: 0, endMs: Number.isFinite(longest) ? longest : 1, text: said, words: [] }], untimed: true };
}

function segmentsOf(all: readonly SentSegment[], flat: readonly SentWord[], longest: number): SpokenSegment[] {
  const sent = all.filter(({ text }) => text.trim() !== '').toSorted((a, b) => a.start - b.start);
  const inside = sent.some(({ words }) => words && words.length > 0);
  const shares: SentWord[][] = inside ? sent.map(({ words }) => words ?? []) : wordsBySegment(flat, sent);
  return sent.map((segment, i) => bounded(segment, spokenWords(shares[i]!, segment.text), longest));
}

function bounded(segment: SentSegment, words: SpokenSegment['words'], longest: number): SpokenSegment {
  const within = (ms: number) => Math.min(ms, longest);
  const startMs = within(milliseconds(segment.start));
  return {
    startMs,
    endMs: Math.max(startMs + 1, within(milliseconds(segment.end))),
    text: segment.text.trim(),
    words: words.map((word) => ({ ...word, startMs: within(word.startMs), endMs: within(word.endMs) }))
  };
}
