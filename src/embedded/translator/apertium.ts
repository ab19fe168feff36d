import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What a translation may not do: come out empty, take too long, or be asked of a pair that is not installed. */
export class ApertiumFailure extends Error {
  override readonly name = 'ApertiumFailure';
  readonly code: 'empty' | 'failed' | 'timeout' | 'pair_unknown';

  constructor(code: ApertiumFailure['code']) {
    super(code);
    this.code = code;
  }
}

/** An installed direction: languages as BCP 47 names them (`en`), and Apertium's own name of the mode (`eng-spa`). */
export type Direction = { source: string; target: string; mode: string };

/** A UTF-8 locale is asked for by Apertium; its other settings stay out of what the caller's environment holds. */
const ENVIRONMENT = { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C.UTF-8', LANG: 'C.UTF-8' };

/** The directions that are installed, none where Apertium is not. Variants (`spa-eng_US`) are left out. */
export async function installedDirections(): Promise<Direction[]> {
  const listed = await run('apertium', ['-l'], { env: ENVIRONMENT, timeout: 10_000 }).catch(() => ({ stdout: '' }));
  return listed.stdout
    .split(/\s+/)
    .filter((mode) => /^[a-z]{2,3}-[a-z]{2,3}$/.test(mode))
    .map((mode) => {
      const [source, target] = mode.split('-').map((code) => Intl.getCanonicalLocales(code)[0]!);
      return { source: source!, target: target!, mode };
    });
}

/**
 * Translates texts in one run of Apertium. Lines inside a text stay lines.
 *
 * @param texts as many as wanted; blank ones come back as they are
 * @param options.mode one of `installedDirections()`, never what a client sent
 * @param options.signal ends the run at once
 * @param options.limitMs after which the run is killed
 * @throws ApertiumFailure `empty`, `failed`, `timeout`; the signal's reason when it was aborted
 */
export async function translateTexts(
  texts: readonly string[],
  options: { mode: string; signal: AbortSignal; limitMs: number }
): Promise<string[]> {
  const lines = texts.map((text) => text.split(/\r\n|[\n\r\u2028\u2029]/).map(clean));
  const asked = lines.flat().filter((line) => line.trim() !== '');
  const answered = await translateLines(asked, options);
  let at = 0;
  return lines.map((text) => text.map((line) => (line.trim() === '' ? line : answered[at++]!)).join('\n'));
}

/** Apertium reads a NUL as the end of its input, and other control characters in ways of its own. */
const clean = (line: string) => line.replace(/\p{Cc}/gu, ' ');

/** A blank line between two lines keeps Apertium from moving words from one to the other. */
async function translateLines(lines: readonly string[], options: { mode: string; signal: AbortSignal; limitMs: number }) {
  if (lines.length === 0) return [];
  const output = await pipe(lines.map((line) => line.trim()).join('\n\n'), options);
  const answered = output.trim().split(/\n[^\S\n]*\n/);
  const complete = answered.length === lines.length && answered.every((line) => line.trim() !== '');
  if (complete) return answered.map((line) => line.trim());
  if (lines.length === 1) throw new ApertiumFailure('empty');

  // Something in these lines broke their order; each by itself cannot.
  const single: string[] = [];
  for (const line of lines) single.push((await translateLines([line], options))[0]!);
  return single;
}

/**
 * Runs the mode over `input`. Apertium prints nothing, and exits with 0, when its standard input is a socket, as Node's
 * children have it: `cat` puts a pipe between. The whole group is killed, since the pipeline is eight processes.
 */
function pipe(input: string, { mode, signal, limitMs }: { mode: string; signal: AbortSignal; limitMs: number }): Promise<string> {
  return new Promise((done, failed) => {
    signal.throwIfAborted();
    const child = spawn('/bin/sh', ['-c', 'cat | apertium -u "$1"', 'sh', mode], { env: ENVIRONMENT, detached: true, cwd: '/' });
    const output: Buffer[] = [];
    let reason: unknown = null;
    const kill = (why: unknown) => {
      reason ??= why;
      try {
        process.kill(-child.pid!, 'SIGKILL');
      } catch {
        child.kill('SIGKILL');
      }
    };
    const onAbort = () => kill(signal.reason);
    const timer = setTimeout(() => kill(new ApertiumFailure('timeout')), limitMs);
    signal.addEventListener('abort', onAbort, { once: true });

    child.stdout.on('data', (some: Buffer) => output.push(some));
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    child.on('error', () => (reason ??= new ApertiumFailure('failed')));
    child.on('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      if (reason !== null) failed(reason);
      else if (code !== 0) failed(new ApertiumFailure('failed'));
      else done(Buffer.concat(output).toString('utf8'));
    });
    child.stdin.end(`${input}\n`);
  });
}
