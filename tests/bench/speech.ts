import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { openAiTranscriber } from '#engines/transcriber/openai-http.server.ts';
import { startTranscriber, TEST_CACHE } from '../support/engine-processes.ts';
import { voices } from '../support/speech.ts';
import type { Row } from './bench.ts';

const runProgram = promisify(execFile);

/** Invented, and no two alike: speech that repeats itself is read slower, since Whisper tries it again. */
export const SAID = [
  'They came before the call to prayer, four men in plain clothes.',
  'My father asked them to wait until he had found his glasses.',
  'Nobody told us the name of the building, but we could hear a train every morning.',
  'There was one window, higher than any of us could reach.',
  'An old teacher from the coast taught us the names of the stars.',
  'We counted the days with threads that we pulled out of a blanket.',
  'In the second winter they moved half of us to another floor.',
  'The guard at the door had a cough, so we always knew when he was near.',
  'A boy who could not have been older than sixteen asked me to remember his mother’s address.',
  'I repeated it every night, and years later I went there.',
  'When I was released, the street looked wider than I had remembered it.',
  'My sister opened the door and did not know who I was.',
  'I would like my children to read this, but not yet.',
  'There are things that I have left out, and I would like to keep it so.',
  'What I want is a list of those who did not come back.',
  'Thank you for writing down the names as I say them.'
];

/**
 * The library by itself: the same file, the same model, words and voice activity detection on, loading not counted; and as ready to give
 * way as our engine is, or other work on the machine would be measured.
 */
const BARE = `
import os, sys, time
os.nice(5)
from faster_whisper import WhisperModel
model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", cpu_threads=int(sys.argv[3]))
began = time.monotonic()
segments, _ = model.transcribe(sys.argv[2], language="en", vad_filter=True, word_timestamps=True)
list(segments)
print(time.monotonic() - began)
`;

/** How many seconds the bare library takes to read a file with the starter model, loading not counted. */
export async function bareSeconds(audioPath: string, threads: string): Promise<number> {
  const python = `${TEST_CACHE}/transcriber/venv/bin/python`;
  const { stdout } = await runProgram(python, ['-c', BARE, `${TEST_CACHE}/models/whisper-base`, audioPath, threads]);
  return Number(stdout);
}

/** Seconds of speech read in a second, by our server over HTTP and by the bare library, in turn; the best of three of each. */
export async function run(): Promise<Row[]> {
  const threads = process.env.TRANSCRIBER_THREADS ?? '2';
  const voice = await voices();
  const engine = await startTranscriber({ TRANSCRIBER_THREADS: threads });
  try {
    const files = await Promise.all(SAID.map((text) => voice.english(text)));
    const audioPath = await voice.joined(files, 0.5);
    const seconds = (await voice.lengthOf(audioPath)) / 1000;
    const transcriber = openAiTranscriber({ url: engine.url });
    let ours = 0;
    let bare = 0;
    for (let round = 0; round < 3; round++) {
      const began = performance.now();
      await transcriber.transcribe({ audioPath, language: 'en', signal: new AbortController().signal });
      ours = Math.max(ours, seconds / ((performance.now() - began) / 1000));
      bare = Math.max(bare, seconds / (await bareSeconds(audioPath, threads)));
    }
    const row = { figure: ours, unit: 's of speech a second', baseline: bare, ratio: ours / bare, target: '>= 0.9×' };
    return [{ name: `speech read, ${Math.round(seconds)} s of English, ${threads} threads`, ...row }];
  } finally {
    await engine.stop();
    await voice.remove();
  }
}
