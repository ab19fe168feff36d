import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { custodyOf, testimony } from '#tests/support/testimony-fixtures.ts';
import { workplace } from '#tests/support/told.ts';
import { downloadTestimony } from './download-testimony.server.ts';

const database = await testDatabase();
const place = await workplace(database);
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-zip-'));
afterAll(async () => {
  await rm(folder, { recursive: true });
  await place.remove();
  await database.close();
});

const inside = (zip: string, name: string) =>
  execFileSync(
    'python3',
    ['-c', `import sys,zipfile; sys.stdout.buffer.write(zipfile.ZipFile(sys.argv[1]).read(sys.argv[2]))`, zip, name],
    { maxBuffer: 1e9 }
  );
const names = (zip: string) =>
  execFileSync('python3', [
    '-c',
    `import sys,zipfile; z=zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(chr(10).join(z.namelist()))`,
    zip
  ])
    .toString()
    .trim()
    .split(String.fromCharCode(10));

it('gives a person their whole testimony, bit for bit, and nobody else’s', async () => {
  const laid = await testimony(database.sql);
  await testimony(database.sql, { spoken: [{ startMs: 0, endMs: 900, text: 'غيرها' }] });
  const bytes = randomBytes(3_000_000);
  const file = path.join(folder, 'recording');
  await writeFile(file, bytes);
  await place.deps.store.putFile(`recordings/${laid.recordingId}`, file);
  await database.sql('update recording set bytes = $2 where id = $1', [laid.recordingId, bytes.length]);

  const zip = path.join(folder, 'mine.zip');
  const actor = { kind: 'contributor' as const, testimonyId: laid.id };
  await pipeline(await downloadTestimony({ db: database.db, store: place.deps.store }, actor), createWriteStream(zip));
  expect(names(zip)).toEqual(['consent.json', 'transcript.json', 'transcript.txt', 'recordings/1.webm']);
  const hash = (content: Buffer) => createHash('sha256').update(content).digest('hex');
  expect(hash(inside(zip, 'recordings/1.webm'))).toBe(hash(bytes));
  expect(inside(zip, 'transcript.txt').toString()).toContain('كنّا نقسم الرغيف أربعة أقسام');
  expect(inside(zip, 'transcript.txt').toString()).not.toContain('غيرها');
  expect(JSON.parse(inside(zip, 'consent.json').toString())).toMatchObject([{ version: 1, public: 'yes', asked: { version: 1 } }]);
  expect(await custodyOf(database.sql, laid)).toEqual(['downloaded_by_person']);
});

it('breaks off, and does not end as if it were whole, when a recording cannot be read', async () => {
  const laid = await testimony(database.sql);
  const zip = await downloadTestimony({ db: database.db, store: place.deps.store }, { kind: 'contributor', testimonyId: laid.id });
  await expect(pipeline(zip, createWriteStream(path.join(folder, 'broken.zip')))).rejects.toMatchObject({ code: 'not_found' });
});
