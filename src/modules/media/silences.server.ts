import { runMediaTool } from './run-media-tool.server.ts';

/** Milliseconds of the recording. */
export type Silence = { startMs: number; endMs: number };

const QUIETER_THAN = '-35dB';
const LONGER_THAN_SECONDS = 0.35;

/**
 * Where nobody speaks, in order: where long recordings may be cut for the transcriber.
 * @param file sound that we made (`speech_audio`)
 */
export async function findSilences(file: string, durationMs: number, signal: AbortSignal): Promise<Silence[]> {
  const marks: { kind: 'start' | 'end'; ms: number }[] = [];
  let rest = '';
  await runMediaTool({
    tool: 'ffmpeg',
    inputs: [file],
    args: ({ inputs }) => [
      ...['-nostdin', '-v', 'error', '-i', inputs[0]!, '-map', '0:a:0'],
      // Printed frame by frame to standard output: what ffmpeg says on standard error is cut when it is long.
      ...['-af', `silencedetect=noise=${QUIETER_THAN}:d=${LONGER_THAN_SECONDS},${print('start')},${print('end')}`],
      ...['-f', 'null', '-']
    ],
    signal,
    onOutput(chunk) {
      const lines = (rest + chunk.toString('latin1')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const [, kind, seconds] = line.match(/^lavfi\.silence_(start|end)=(-?[\d.]+)/) ?? [];
        if (kind) marks.push({ kind: kind as 'start' | 'end', ms: Math.round(Number(seconds) * 1_000) });
      }
    }
  });
  return paired(marks, durationMs);
}

const print = (what: 'start' | 'end') => `ametadata=mode=print:key=lavfi.silence_${what}:file=-:direct=1`;

/** A silence that lasts to the end has no end of its own. */
function paired(marks: readonly { kind: 'start' | 'end'; ms: number }[], durationMs: number): Silence[] {
  const silences: Silence[] = [];
  let startMs: number | null = null;
  for (const { kind, ms } of marks.toSorted((a, b) => a.ms - b.ms)) {
    if (kind === 'start') startMs = Math.max(0, ms);
    else if (startMs !== null) {
      if (ms > startMs) silences.push({ startMs, endMs: Math.min(ms, durationMs) });
      startMs = null;
    }
  }
  if (startMs !== null && startMs < durationMs) silences.push({ startMs, endMs: durationMs });
  return silences;
}
