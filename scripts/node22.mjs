// Plain JavaScript that Node 18 can run: these two decide which Node runs everything else.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The oldest Node that strips types without being asked. */
const NEEDED = [22, 18];

const isNewEnough = (version) => {
  const [major, minor] = version.replace('v', '').split('.').map(Number);
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1]);
};

/**
 * Whether node_modules holds what package-lock.json names: npm keeps a copy of the lock it installed.
 *
 * @returns {boolean}
 */
export function packagesAreInstalled() {
  const kept = path.join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(kept)) return false;
  const wanted = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8')).packages;
  const have = JSON.parse(readFileSync(kept, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([name, entry]) => name === '' || (have[name] ? have[name].version === entry.version : entry.optional === true)
  );
}

/**
 * Installs exactly what the lock names, and runs no package's install script (Postgres' links are made by us).
 *
 * @param {(line: string) => void} say
 * @throws {Error} naming what could not be downloaded
 */
export function installPackages(say) {
  say('Installing npm packages (a few minutes the first time) …');
  const ahead = mkdtempSync(path.join(tmpdir(), 'sawt-node-'));
  try {
    if (npmCi(ROOT, nodeForNpm(ahead))) return;
  } finally {
    rmSync(ahead, { recursive: true, force: true });
  }
  rmSync(path.join(ROOT, 'node_modules', '.package-lock.json'), { force: true });
  throw new Error(
    "The npm packages could not be downloaded (see npm's words above). Check the network, or set npm's registry, and start again."
  );
}

/**
 * npm leaves out, in silence, optional packages whose `engines` the Node that runs it does not meet: the builds of Vite's compiler are
 * such. An older Node therefore fetches only the pinned one, held to the lock's hash like everything else, and that one runs npm.
 *
 * @param {string} folder an empty one, to fetch into
 * @returns {string} the Node to run npm on
 */
function nodeForNpm(folder) {
  const lock = JSON.parse(readFileSync(path.join(ROOT, 'package-lock.json'), 'utf8'));
  const name = `node-${process.platform}-${process.arch}`;
  const entry = lock.packages[`node_modules/${name}`];
  if (isNewEnough(process.version) || !entry) return process.execPath;

  const only = { name: 'sawt-node', version: '0.0.0', dependencies: { [name]: entry.version } };
  const packages = { '': only, [`node_modules/${name}`]: { ...entry, optional: false } };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(only));
  writeFileSync(
    path.join(folder, 'package-lock.json'),
    JSON.stringify({ ...only, lockfileVersion: lock.lockfileVersion, requires: true, packages })
  );
  return npmCi(folder, process.execPath) ? path.join(folder, 'node_modules', name, 'bin', 'node') : process.execPath;
}

/** Whether npm brought what a folder's lock names. */
function npmCi(cwd, node) {
  const npm = process.env.npm_execpath;
  const [command, ...before] = npm && /\.[cm]?js$/.test(npm) ? [node, npm] : ['npm'];
  const env = { ...process.env, NODE_ENV: 'development', PATH: [path.dirname(node), process.env.PATH].join(path.delimiter) };
  if (node !== process.execPath) {
    // Debian keeps npm's own packages where only Debian's Node looks, and its Node trusts the authorities that the system trusts.
    env.NODE_PATH = [process.env.NODE_PATH, '/usr/share/nodejs'].filter(Boolean).join(path.delimiter);
    env.NODE_OPTIONS = [process.env.NODE_OPTIONS, '--use-system-ca'].filter(Boolean).join(' ');
  }
  const run = () =>
    spawnSync(command, [...before, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd,
      stdio: ['ignore', 'inherit', 'inherit'],
      env
    }).status;
  // One more try: a registry that answers late is the usual reason.
  return run() === 0 || run() === 0;
}

/**
 * The Node that runs the archive: the pinned one from npm, else the one we are, when it is new enough.
 *
 * @returns {string} its path
 * @throws {Error} when there is neither
 */
export function newNode() {
  const pinned = path.join(ROOT, 'node_modules', `node-${process.platform}-${process.arch}`, 'bin', 'node');
  if (existsSync(pinned)) {
    const { status, stdout } = spawnSync(pinned, ['--version'], { encoding: 'utf8' });
    if (status === 0 && isNewEnough(stdout.trim())) return pinned;
  }
  if (isNewEnough(process.version)) return process.execPath;
  throw new Error(
    `Node ${NEEDED.join('.')} or newer is needed; npm has no build of it for ${process.platform}-${process.arch}, and this one is ${process.version}. Install Node 22 and start again.`
  );
}

/**
 * Runs a program with our terminal until it ends, hands it our signals, and ends as it did.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
export function become(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: 'inherit', cwd: ROOT, env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    // Ctrl-C reaches the child by itself, as part of the same group; what `kill` sends to us alone has to be handed on.
    process.on(signal, () => {
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
    });
  }
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' || signal === 'SIGTERM' ? 0 : 1)));
}

/**
 * The environment with the pinned Node first on the PATH, for tools that start `node` themselves.
 *
 * @param {string} node
 * @returns {NodeJS.ProcessEnv}
 */
export const withNodeFirst = (node) => ({
  ...process.env,
  PATH: [path.dirname(node), path.join(ROOT, 'node_modules', '.bin'), process.env.PATH].join(path.delimiter)
});
