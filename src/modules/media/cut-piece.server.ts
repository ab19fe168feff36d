import { NO_TRACES } from './no-traces.ts';
import { runMediaTool } from './run-media-tool.server.ts';

/**
 * One piece of the speech audio, for the transcriber: 16 kHz mono PCM in WAV, which every server reads.
 * @param into the file to write
 */
export async function cutPiece(
  file: string,
  { startMs, endMs }: { startMs: number; endMs: number },
  into: string,
  signal: AbortSignal
): Promise<void> {
  await runMediaTool({
    tool: 'ffmpeg',
    inputs: [file],
    outputs: [into],
    args: ({ inputs, outputs }) => [
      ...['-nostdin', '-v', 'error', '-y', '-ss', `${startMs}ms`, '-t', `${endMs - startMs}ms`, '-i', inputs[0]!],
      ...['-map', '0:a:0', '-ar', '16000', '-ac', '1', '-c:a', 'pcm_s16le', ...NO_TRACES, '-f', 'wav', outputs[0]!]
    ],
    signal,
    limits: { cpuSeconds: 300, wallSeconds: 600 }
  });
}
