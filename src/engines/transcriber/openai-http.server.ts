import * as v from 'valibot';
import { askEngine, type EngineAddress } from '#engines/ask-engine.server.ts';
import { DomainError } from '#platform/errors.ts';
import { languageAnswered, transcriberLanguage, WHISPER_LANGUAGES } from './languages.ts';
import { fileForm } from './multipart.server.ts';
import type { Reading, ReadingJob, SpokenSegment, Transcriber } from './port.ts';
import { milliseconds, spokenWords, wordsBySegment, type SentWord } from './words.ts';

/** A large model on a slow machine may take longer than the piece of speech is long. */
const READING_LIMIT_MS = 3 * 3_600_000;
const QUESTION_LIMIT_MS = 10_000;

const seconds = v.pipe(v.number(), v.finite());
const Word = v.object({ word: v.string(), start: seconds, end: seconds, probability: v.nullish(v.number()) });
const Segment = v.object({ start: seconds, end: seconds, text: v.string(), words: v.nullish(v.array(Word)) });
/** OpenAI's `verbose_json`, with words flat beside the segments, inside them, or left out. */
const VerboseJson = v.object({
  language: v.nullish(v.string()),
  duration: v.nullish(v.number()),
  segments: v.array(Segment),
  words: v.nullish(v.array(Word))
});
type VerboseJson = v.InferOutput<typeof VerboseJson>;

const Models = v.object({ data: v.array(v.object({ id: v.string() })) });
const Health = v.object({ model: v.nullish(v.string()), translates: v.nullish(v.boolean()) });

/**
 * Any server with OpenAI's audio API: our starter engine, speaches, whisper.cpp, vLLM …
 *
 * @param address `url` without the trailing `/v1/…`; `model`: the one to ask for where the server has several, by default its
 *   first Whisper
 */
export function openAiTranscriber(address: EngineAddress & { model?: string }): Transcriber {
  const base: EngineAddress = { url: address.url.replace(/\/v1\/?$/, '') };

  async function read(path: string, job: ReadingJob): Promise<Reading> {
    const language = job.language === null ? null : transcriberLanguage(job.language);
    if (job.language !== null && language === null) throw new DomainError('engine_refused', { field: 'language' });
    const fields: (readonly [string, string])[] = [
      ['model', address.model ?? (await modelOf(base, job.signal))],
      ['response_format', 'verbose_json'],
      ['timestamp_granularities[]', 'word'],
      ['timestamp_granularities[]', 'segment'],
      ['temperature', '0'],
      ...(language === null ? [] : [['language', language] as const])
    ];
    const form = await fileForm(fields, job.audioPath);
    const question = { method: 'POST', path, ...form, signal: job.signal, limitMs: READING_LIMIT_MS } as const;
    return reading(await askEngine(base, question, VerboseJson), language);
  }

  return {
    transcribe: (job) => read('/v1/audio/transcriptions', job),
    translateToEnglish: async (job) => ({ ...(await read('/v1/audio/translations', job)), language: 'en' }),
    languages: () => WHISPER_LANGUAGES,
    health: (signal) => healthOf(base, signal ?? AbortSignal.timeout(QUESTION_LIMIT_MS))
  };
}

/** The server's first Whisper model, or OpenAI's own name for one where the server does not list any. */
async function modelOf(address: EngineAddress, signal: AbortSignal): Promise<string> {
  try {
    const { data } = await askEngine(address, { method: 'GET', path: '/v1/models', signal, limitMs: QUESTION_LIMIT_MS }, Models);
    return (data.find(({ id }) => /whisper/i.test(id)) ?? data[0])?.id ?? 'whisper-1';
  } catch (error) {
    if (error instanceof DomainError && error.code === 'engine_refused') return 'whisper-1';
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
function reading(reply: VerboseJson, asked: string | null): Reading {
  const longest = reply.duration && reply.duration > 0 ? milliseconds(reply.duration) : Infinity;
  const sent = reply.segments.filter(({ text }) => text.trim() !== '').toSorted((a, b) => a.start - b.start);
  const inside = sent.some(({ words }) => words && words.length > 0);
  const shares: SentWord[][] = inside ? sent.map(({ words }) => words ?? []) : wordsBySegment(reply.words ?? [], sent);
  const segments = sent.map((segment, i) => bounded(segment, spokenWords(shares[i]!), longest));
  const language = asked ?? (reply.language ? languageAnswered(reply.language) : null);
  return { language, segments };
}

function bounded(segment: v.InferOutput<typeof Segment>, words: SpokenSegment['words'], longest: number): SpokenSegment {
  const within = (ms: number) => Math.min(ms, longest);
  const startMs = within(milliseconds(segment.start));
  return {
    startMs,
    endMs: Math.max(startMs + 1, within(milliseconds(segment.end))),
    text: segment.text.trim(),
    words: words.map((word) => ({ ...word, startMs: within(word.startMs), endMs: within(word.endMs) }))
  };
}
