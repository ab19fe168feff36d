import { isTooLarge } from '#engines/ask-engine.server.ts';
import type { Reading, ReadingJob, Transcriber } from '#engines/transcriber/port.ts';
import { cutPiece } from '#modules/media/cut-piece.server.ts';
import { findSilences, type Silence } from '#modules/media/silences.server.ts';
import { assemble } from '#modules/transcript/assemble.ts';
import { planPieces, type Span } from '#modules/transcript/pieces.ts';
import { askPatiently } from './ask-patiently.server.ts';

/** Below this, an engine that still finds a part too large will read nothing. */
const SHORTEST_PART_MS = 15_000;
/** An engine that tells no times is sent so little at once that where a part lies says where its words do. */
const UNTIMED_PART_MS = 30_000;

/** How much of a recording each engine takes at once, as far as this process has learnt. */
const learnt = new WeakMap<Transcriber, number>();

type Piece = Omit<ReadingJob, 'signal'> & { lengthMs: number };
export type Listening = Piece & { signal: AbortSignal };

/**
 * Has a piece of speech read: whole, or, where the engine takes only smaller ones or tells no times, in parts that are cut at silences.
 * @param task what the engine is asked to do
 * @returns times from the piece's own start
 * @throws as `task` does, `engine_refused` {status: 413} where even a short part is too large
 */
export async function listenInParts(transcriber: Transcriber, task: 'transcribe' | 'translateToEnglish', job: Listening): Promise<Reading> {
  const { audioPath, lengthMs, language, signal } = job;
  let silences: Silence[] | undefined;
  let parts = 0;

  async function read(span: Span): Promise<Reading> {
    const length = span.endMs - span.startMs;
    const longest = learnt.get(transcriber) ?? Infinity;
    if (length > longest) return readParts(span, longest);
    try {
      const file = length === lengthMs ? audioPath : await part(span);
      const reading = await askPatiently(() => transcriber[task]({ audioPath: file, language, signal }), signal);
      if (!reading.untimed) return reading;
      if (length > UNTIMED_PART_MS) return await readSmaller(span, UNTIMED_PART_MS);
      return { ...reading, segments: reading.segments.map((segment) => ({ ...segment, startMs: 0, endMs: length })) };
    } catch (error) {
      if (!isTooLarge(error) || length / 2 < SHORTEST_PART_MS) throw error;
      return readSmaller(span, Math.floor(length / 2));
    }
  }

  function readSmaller(span: Span, longest: number): Promise<Reading> {
    learnt.set(transcriber, longest);
    return readParts(span, longest);
  }

  async function readParts(span: Span, longest: number): Promise<Reading> {
    silences ??= await findSilences(audioPath, lengthMs, signal);
    const within = silences.map(({ startMs, endMs }) => ({ startMs: startMs - span.startMs, endMs: endMs - span.startMs }));
    const heard: (Span & Reading)[] = [];
    for (const { startMs, endMs } of planPieces(span.endMs - span.startMs, within, longest)) {
      const reading = await read({ startMs: span.startMs + startMs, endMs: span.startMs + endMs });
      heard.push({ ...reading, startMs, endMs });
    }
    return { language: heard[0]?.language ?? null, segments: assemble(heard) };
  }

  async function part(span: Span): Promise<string> {
    const file = `${audioPath}.${++parts}.wav`;
    await cutPiece(audioPath, span, file, signal);
    return file;
  }

  return read({ startMs: 0, endMs: lengthMs });
}
