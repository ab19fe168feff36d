import { execFile, spawn } from 'node:child_process';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Readable } from 'node:stream';
import { log } from '#platform/log.ts';

export type MediaToolRun = {
  tool: 'ffmpeg' | 'ffprobe';
  /** Files to read and to write. The tool is handed them open: it needs no right to their folders and learns no path. */
  inputs?: readonly string[];
  outputs?: readonly string[];
  args: (files: { inputs: readonly string[]; outputs: readonly string[] }) => readonly string[];
  signal: AbortSignal;
  limits?: Partial<Limits>;
  /** Takes standard output as it comes; else it is collected. */
  onOutput?: (chunk: Buffer) => void;
  /** Milliseconds of the output that are made, as ffmpeg tells them. */
  onProgress?: (madeMs: number) => void;
};

/** What one run may use at most. */
export type Limits = { memoryBytes: number; cpuSeconds: number; wallSeconds: number; fileBytes: number };

const LIMITS: Limits = { memoryBytes: 2_500_000_000, cpuSeconds: 3_600, wallSeconds: 3_600, fileBytes: 16 * 1024 ** 3 };
const KEPT_STDERR = 16 * 1024;
const KEPT_STDOUT = 32 * 1024 ** 2;
const PROGRESS_FD = 3;
const FIRST_FILE_FD = 4;
/** Debian's nobody. */
const NOBODY = '65534';

/**
 * A tool that did not do its work. `why`: it failed on the file, was stopped by a limit, or is not installed.
 * `said` is the end of what it printed; it may quote the file and is for telling failures apart, never for logs.
 */
export class MediaToolError extends Error {
  override readonly name = 'MediaToolError';
  readonly code: 'tool_failed' | 'tool_too_slow' | 'tool_output_too_large' | 'tool_missing';
  readonly said: string;

  constructor(code: MediaToolError['code'], said = '') {
    super(code);
    this.code = code;
    this.said = said;
  }
}

/**
 * Runs ffmpeg or ffprobe in a child process without network, with as few rights as the machine allows and within limits.
 * It dies with this process and when `signal` aborts.
 * @returns what it printed: all of standard output (unless `onOutput` took it), the end of standard error
 * @throws MediaToolError, or the signal's reason
 */
export async function runMediaTool(run: MediaToolRun): Promise<{ stdout: Buffer; stderr: string }> {
  run.signal.throwIfAborted();
  const limits = { ...LIMITS, ...run.limits };
  const confinement = await confinementHere();
  const inputs = await openAll(run.inputs ?? [], 'r');
  try {
    const outputs = await openAll(run.outputs ?? [], 'w+');
    try {
      // The tool runs as nobody, and nobody reads it again in the next step; the folder around it stays closed.
      for (const file of outputs) await file.chmod(0o666);
      const finished = await runOn({ run, limits, confinement, inputs, outputs });
      for (const file of outputs) await file.chmod(0o644);
      return finished;
    } finally {
      await closeAll(outputs);
    }
  } finally {
    await closeAll(inputs);
  }
}

type OnFiles = {
  run: MediaToolRun;
  limits: Limits;
  confinement: Confinement;
  inputs: readonly FileHandle[];
  outputs: readonly FileHandle[];
};

async function runOn({ run, limits, confinement, inputs, outputs }: OnFiles): Promise<{ stdout: Buffer; stderr: string }> {
  const names = [...inputs, ...outputs].map((_, index) => `/proc/self/fd/${FIRST_FILE_FD + index}`);
  const progress = run.onProgress ? ['-progress', `pipe:${PROGRESS_FD}`] : [];
  const given = run.args({ inputs: names.slice(0, inputs.length), outputs: names.slice(inputs.length) });
  const [command, ...args] = [...confinement.wrap(limits), run.tool, ...progress, ...given];

  const child = spawn(command!, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', ...[...inputs, ...outputs].map((file) => file.fd)],
    env: { PATH: process.env.PATH, LANG: 'C.UTF-8' },
    cwd: '/'
  });
  const kill = () => child.kill('SIGKILL');
  const timer = setTimeout(kill, limits.wallSeconds * 1_000);
  run.signal.addEventListener('abort', kill, { once: true });

  const stdout: Buffer[] = [];
  let collected = 0;
  child.stdout!.on('data', (chunk: Buffer) => {
    if (run.onOutput) return run.onOutput(chunk);
    collected += chunk.length;
    if (collected > KEPT_STDOUT) return kill();
    stdout.push(chunk);
  });
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-KEPT_STDERR)));
  followProgress(child.stdio[PROGRESS_FD] as Readable, run.onProgress);

  try {
    const { code, signal } = await new Promise<{ code: number | null; signal: string | null }>((resolve, reject) => {
      child.once('error', () => reject(new MediaToolError('tool_missing')));
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    run.signal.throwIfAborted();
    if (code === 0) return { stdout: Buffer.concat(stdout), stderr };
    throw new MediaToolError(failure(code, signal), stderr);
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', kill);
  }
}

/** A limit ends a process by a signal, or, where the tool catches it, by 128 and its number. */
function failure(code: number | null, signal: string | null): MediaToolError['code'] {
  if (signal === 'SIGXFSZ' || code === 153) return 'tool_output_too_large';
  if (signal === 'SIGKILL' || signal === 'SIGXCPU' || code === 152 || code === 137) return 'tool_too_slow';
  return code === 127 ? 'tool_missing' : 'tool_failed';
}

function followProgress(lines: Readable, tell: MediaToolRun['onProgress']): void {
  let rest = '';
  lines.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split('\n');
    rest = parts.pop()!;
    for (const line of parts) {
      const microseconds = Number(line.match(/^out_time_us=(\d+)/)?.[1]);
      if (Number.isFinite(microseconds)) tell?.(microseconds / 1_000);
    }
  });
}

type Confinement = { name: string; wrap: (limits: Limits) => string[] };

const limited = ({ memoryBytes, cpuSeconds, fileBytes }: Limits) => [
  'prlimit',
  `--as=${memoryBytes}`,
  `--cpu=${Math.ceil(cpuSeconds)}`,
  `--fsize=${fileBytes}`,
  '--core=0',
  '--nofile=256'
];
const fewRights = ['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--pdeathsig', 'KILL'];
const asNobody = ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...fewRights];

/** Best first: what this machine lets us take away from a tool. */
const CONFINEMENTS: readonly Confinement[] =
  process.getuid?.() === 0
    ? [
        { name: 'nobody_without_network', wrap: (limits) => ['unshare', '-n', ...asNobody, ...limited(limits)] },
        { name: 'nobody', wrap: (limits) => [...asNobody, ...limited(limits)] }
      ]
    : [
        { name: 'without_network', wrap: (limits) => ['unshare', '-rn', 'setpriv', ...fewRights, ...limited(limits)] },
        { name: 'limits', wrap: (limits) => ['setpriv', '--no-new-privs', '--pdeathsig', 'KILL', ...limited(limits)] }
      ];
const NONE: Confinement = { name: 'none', wrap: () => [] };

let chosen: Promise<Confinement> | undefined;

function confinementHere(): Promise<Confinement> {
  chosen ??= chooseConfinement();
  return chosen;
}

async function chooseConfinement(): Promise<Confinement> {
  for (const confinement of CONFINEMENTS) {
    const [command, ...args] = [...confinement.wrap(LIMITS), 'true'];
    try {
      await promisify(execFile)(command!, args);
    } catch {
      continue;
    }
    if (confinement !== CONFINEMENTS[0]) log('warn', 'media_tools_less_confined', { confinement: confinement.name });
    return confinement;
  }
  log('warn', 'media_tools_less_confined', { confinement: NONE.name });
  return NONE;
}

async function openAll(paths: readonly string[], flags: 'r' | 'w+'): Promise<FileHandle[]> {
  const files: FileHandle[] = [];
  try {
    for (const path of paths) files.push(await open(path, flags, 0o600));
    return files;
  } catch (error) {
    await closeAll(files);
    throw error;
  }
}

async function closeAll(files: readonly FileHandle[]): Promise<void> {
  for (const file of files) await file.close();
}
