// `npm run move-store`: moves every file of the archive into the store that its settings name now, out of the other one, while it runs.
import { aloneWithKey, openStores } from '#engines/engines.server.ts';
import { missingMedia, moveMedia, type Progress } from '#modules/media/move-media.server.ts';
import { openDatabase } from '#platform/db.server.ts';
import { readEnv } from '#platform/env.ts';
import { clearWorkFolders } from '#platform/work-folder.server.ts';

const env = readEnv();
const { here, before } = openStores(env);
const db = openDatabase(env.DATABASE_WORKER_URL ?? env.DATABASE_URL, 4);
const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

const SAY_EVERY_MS = 1_000;
let said = 0;
function say({ files, of, bytes }: Progress): void {
  if (files < of && Date.now() - said < SAY_EVERY_MS) return;
  said = Date.now();
  console.log(`${files} of ${of} files, ${mebibytes(bytes)}`);
}

async function move(): Promise<number> {
  if (!before)
    throw new Error('There is one store only. Name a bucket (S3_ENDPOINT and the others), and MEDIA_STORE=disk to move out of it.');
  console.log(env.MEDIA_STORE === 'disk' ? 'From the bucket to this disk.' : 'From this disk to the bucket.');
  await clearWorkFolders(env);
  await here.room();
  const { moved, gone, damaged, differs, bytes, left } = await moveMedia({ db, env, from: before, to: here, alone: aloneWithKey(db) }, say);
  console.log(
    `Moved ${moved} files, ${mebibytes(bytes)}, each read back with the same SHA-256; ${gone} were destroyed or written anew meanwhile.`
  );
  if (left.length)
    console.log(
      `Left where they are, to be looked at: ${damaged} damaged, ${differs} different in the two stores:\n  ${left.join('\n  ')}`
    );
  const { files, missing } = await missingMedia({ db, store: here });
  console.log(`The database names ${files} files: ${files - missing.length} are there, as long as it says.`);
  if (missing.length) console.log(`Missing or of another length:\n  ${missing.join('\n  ')}`);
  return left.length + missing.length ? 1 : 0;
}

try {
  process.exitCode = await move();
} finally {
  await db.destroy();
}
