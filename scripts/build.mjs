import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOT, withNodeFirst } from './node22.mjs';

const SOURCES = ['src', 'static', 'package-lock.json', 'svelte.config.js', 'vite.config.ts'];

/** Runs from source, beside the pages: a change there needs no new build. */
const NOT_BUILT = /^src\/(embedded|worker|web)\/|\.test\.ts$/;

/** One hash over the names and contents of everything the build reads. */
function sourcesHash() {
  const hash = createHash('sha256');
  const add = (name) => {
    const file = path.join(ROOT, name);
    if (NOT_BUILT.test(name)) return;
    hash.update(`${name}\0`).update(readFileSync(file)).update('\0');
  };
  for (const source of SOURCES.filter((name) => existsSync(path.join(ROOT, name)))) {
    if (path.extname(source)) add(source);
    else {
      const inside = readdirSync(path.join(ROOT, source), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
      for (const name of inside.map((entry) => path.relative(ROOT, path.join(entry.parentPath ?? entry.path, entry.name))).sort())
        add(name);
    }
  }
  return hash.digest('hex');
}

/**
 * Builds the pages when their sources are not those of the last build.
 *
 * @param {string} node the Node to build with
 * @param {(line: string) => void} say
 * @returns {boolean} whether it built
 * @throws {Error} when the build fails
 */
export function buildWhenChanged(node, say) {
  const stamp = path.join(ROOT, 'build', 'sources.sha256');
  const now = sourcesHash();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return false;
  say('Building the pages …');
  const built = spawnSync(node, [path.join(ROOT, 'node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...withNodeFirst(node), NODE_ENV: 'production' }
  });
  if (built.status !== 0) throw new Error(`The pages could not be built:\n${built.stdout}${built.stderr}`);
  writeFileSync(stamp, now);
  return true;
}

if (process.argv[1] && path.resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try {
    buildWhenChanged(process.execPath, (line) => process.stdout.write(`${line}\n`));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
