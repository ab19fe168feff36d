// `node scripts/run.mjs script.ts …`: a TypeScript script on the pinned Node, with the settings of this folder's archive.
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { become, installPackages, newNode, packagesAreInstalled, ROOT, withNodeFirst } from './node22.mjs';

const [script, ...args] = process.argv.slice(2);

try {
  if (!script) throw new Error('Which script? node scripts/run.mjs scripts/….ts');
  if (!packagesAreInstalled()) installPackages((line) => process.stderr.write(`${line}\n`));
  const node = newNode();
  if (realpathSync(process.execPath) !== realpathSync(node)) {
    become(node, [path.join(ROOT, 'scripts/run.mjs'), script, ...args], withNodeFirst(node));
  } else {
    const { dataFolder, OWN_SETTINGS, readEnvironment } = await import('../src/embedded/supervisor/data-folder.ts');
    const { folder } = await dataFolder();
    // What the caller set is meant: it wins over what the last start wrote down.
    const written = readEnvironment(folder) ?? {};
    if (written[OWN_SETTINGS])
      written[OWN_SETTINGS] = written[OWN_SETTINGS].split(',')
        .filter((name) => !process.env[name])
        .join(',');
    Object.assign(process.env, { SAWT_DATA: folder, ...written, ...process.env });
    process.argv = [process.argv[0], path.resolve(ROOT, script), ...args];
    await import(pathToFileURL(process.argv[1]).href);
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? (process.env.SAWT_LOG_LEVEL === 'debug' ? error.stack : error.message) : error}\n`);
  process.exitCode = 1;
}
