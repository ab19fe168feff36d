import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { format, resolveConfig } from 'prettier';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** Where the generated types live, from the project's folder. */
export const SCHEMA = path.join(ROOT, 'src/platform/schema.ts');

/**
 * The types of the migrated database, as kysely-codegen reads them and Prettier lays them out.
 *
 * @param ownerUrl a login that sees every table, in a database with every migration applied
 */
export async function generateSchema(ownerUrl: string): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-schema-'));
  const [config, outFile] = [path.join(folder, 'config.json'), path.join(folder, 'schema.ts')];
  try {
    // A file and not arguments: the address has a password, and a command line is read by everyone on the machine.
    await writeFile(
      config,
      JSON.stringify({
        url: ownerUrl,
        dialect: 'postgres',
        defaultSchemas: ['public'],
        includePattern: 'public.*',
        outFile,
        typeMapping: { int8: 'number' }
      }),
      { mode: 0o600 }
    );
    await promisify(execFile)(process.execPath, [path.join(ROOT, 'node_modules/kysely-codegen/dist/cli/bin.js'), '--config-file', config], {
      cwd: ROOT
    });
    return await format(await readFile(outFile, 'utf8'), { ...(await resolveConfig(SCHEMA)), parser: 'typescript' });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
