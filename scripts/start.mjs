// `npm start`: from a bare checkout to a running archive. Plain JavaScript, so that any Node from 18 on can begin it.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildWhenChanged } from './build.mjs';
import { ARCHIVE_PARTS, installSystemParts } from './debian.mjs';
import { become, installPackages, newNode, packagesAreInstalled, ROOT, withNodeFirst } from './node22.mjs';

const say = (line) => process.stdout.write(`${line}\n`);

try {
  if (!packagesAreInstalled()) installPackages(say);
  const node = newNode();
  const system = installSystemParts(ARCHIVE_PARTS, say);
  buildWhenChanged(node, say);

  become(node, [path.join(ROOT, 'src/embedded/supervisor/main.ts')], {
    ...withNodeFirst(node),
    NODE_ENV: 'production',
    // Told at the end, where it is read, with everything else that is missing.
    SAWT_MISSING: JSON.stringify(system.missing.map((part) => ({ what: part.for, packages: part.packages }))),
    SAWT_MISSING_HOW: system.how ?? ''
  });
} catch (error) {
  process.stderr.write(`\n${error instanceof Error ? error.message : error}\n`);
  if (!existsSync(path.join(ROOT, 'package-lock.json'))) process.stderr.write('Start it from the folder of the project.\n');
  process.exitCode = 1;
}
