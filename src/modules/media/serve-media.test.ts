import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { published } from '#tests/support/published.ts';
import { custodyOf, staff, testimony, type Laid } from '#tests/support/testimony-fixtures.ts';
import { diskStore } from '#engines/store/disk.server.ts';
import type { Account, Contributor } from '#platform/actor.ts';
import type { Readers } from './find-media.server.ts';
import type { MediaKind } from './media-kind.ts';
import { serveMedia } from './serve-media.server.ts';

const database = await testDatabase();
const { db, sql } = database;
const folder = await mkdtemp(path.join(tmpdir(), 'sawt-serve-'));
const store = diskStore(path.join(folder, 'media'));
const content = randomBytes(20_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const NOBODY: Readers = { account: null, contributor: null };
let reviewer: Account;
let linguist: Account;
let laid: Laid;
let someoneElses: Laid;

beforeAll(async () => {
  [reviewer, linguist] = [await staff(sql, ['reviewer']), await staff(sql, ['linguist'])];
  [laid, someoneElses] = [await testimony(sql), await testimony(sql)];
  await put(`recordings/${laid.recordingId}`);
  for (const table of ['recording', 'rendition'])
    await sql(`update ${table} set bytes = $1, sha256 = $2 where testimony_id = $3`, [content.length, sha256, laid.id]);
  for (const { store_key } of await sql<{ store_key: string }>('select store_key from rendition where testimony_id = $1', [laid.id]))
    await put(store_key);
});
afterAll(async () => {
  await database.close();
  await rm(folder, { recursive: true, force: true });
});

async function put(key: string): Promise<void> {
  const file = path.join(folder, randomUUID());
  await writeFile(file, content);
  await store.putFile(key, file);
}

const ask = (readers: Readers, kind: MediaKind, id: string, headers: Record<string, string> = {}, method = 'GET') =>
  serveMedia({ db, store }, readers, { kind, id }, new Request('http://archive/media', { method, headers }));
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const renditionOf = async ({ id }: Laid) => (await sql<{ id: string }>('select id from rendition where testimony_id = $1', [id]))[0]!.id;
const teller = ({ id }: Laid): Contributor => ({ kind: 'contributor', testimonyId: id });

/** Lays out what would otherwise take a whole life to come to be. */
const behindTheTriggers = (statements: string) => sql(`begin; set local session_replication_role = replica; ${statements}; commit`);

describe('an original', () => {
  it('R35 is played at the desk, and the log says so once for each sitting', async () => {
    const whole = await ask({ ...NOBODY, account: reviewer }, 'recordings', laid.recordingId!);
    expect(whole.status).toBe(200);
    expect((await bytesOf(whole)).equals(content)).toBe(true);
    expect(whole.headers.get('cache-control')).toBe('private, no-store');
    const part = await ask({ ...NOBODY, account: reviewer }, 'recordings', laid.recordingId!, { range: 'bytes=10-19' });
    expect((await bytesOf(part)).equals(content.subarray(10, 20))).toBe(true);
    expect((await custodyOf(sql, laid)).filter((kind) => kind === 'original_played')).toHaveLength(1);
  });

  it('R29 is not there for anyone else, as if it did not exist', async () => {
    await sql(`insert into assignment (testimony_id, user_id, task) values ($1, $2, 'transcribe')`, [laid.id, linguist.userId]);
    const locked = { ...reviewer, claims: { ...reviewer.claims, aal: 'aal1' } };
    const others: Readers[] = [
      NOBODY,
      { ...NOBODY, contributor: teller(laid) },
      { ...NOBODY, account: linguist },
      { ...NOBODY, account: locked }
    ];
    for (const readers of others) {
      const refused = await ask(readers, 'recordings', laid.recordingId!);
      const never = await ask(readers, 'recordings', randomUUID());
      expect([refused.status, (await bytesOf(refused)).length]).toEqual([404, 0]);
      expect([...refused.headers]).toEqual([...never.headers]);
    }
  });
});

describe('a rendition', () => {
  it('is there for whoever told it, the reviewer, and the linguist it was assigned to', async () => {
    const id = await renditionOf(laid);
    for (const readers of [
      { ...NOBODY, contributor: teller(laid) },
      { ...NOBODY, account: reviewer },
      { ...NOBODY, account: linguist }
    ])
      expect((await ask(readers, 'renditions', id)).status).toBe(200);
    expect((await ask({ account: linguist, contributor: teller(laid) }, 'renditions', id)).status).toBe(200);
  });

  it('is not there for visitors, other tellers and linguists without the task', async () => {
    const id = await renditionOf(laid);
    for (const readers of [NOBODY, { ...NOBODY, contributor: teller(someoneElses) }])
      expect((await ask(readers, 'renditions', id)).status).toBe(404);
    expect((await ask({ ...NOBODY, account: linguist }, 'renditions', await renditionOf(someoneElses))).status).toBe(404);
  });
});

describe('what is public', () => {
  async function medium(answers = {}): Promise<{ id: string; testimonyId: string }> {
    const { publicationId, testimonyId } = await published(database, { passages: [{ text: 'نقسم الرغيف' }], answers });
    const id = randomUUID();
    await put(`publications/${id}`);
    await behindTheTriggers(
      `insert into publication_medium (id, publication_id, testimony_id, number, kind, media_type, bytes, sha256, store_key, duration_ms)
       values ('${id}', '${publicationId}', '${testimonyId}', 1, 'audio', 'audio/mp4', ${content.length}, '${sha256}', 'publications/${id}', 1000)`
    );
    return { id, testimonyId };
  }

  it('is heard by everyone, in parts, with what a player needs to know', async () => {
    const { id } = await medium();
    const part = await ask(NOBODY, 'publications', id, { range: 'bytes=19990-' });
    expect(part.status).toBe(206);
    expect((await bytesOf(part)).equals(content.subarray(19_990))).toBe(true);
    expect(Object.fromEntries(part.headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
      'content-disposition': 'inline',
      'content-length': '10',
      'content-range': 'bytes 19990-19999/20000',
      'content-type': 'audio/mp4',
      etag: `"${sha256}"`
    });
  });

  it('R22 stays in nobody’s cache where it may be heard for who they are', async () => {
    const { id } = await medium();
    expect((await ask({ ...NOBODY, account: reviewer }, 'publications', id, {}, 'HEAD')).headers.get('cache-control')).toBe(
      'private, no-store'
    );
  });

  it('answers HEAD with the headers alone, a known file with 304, an impossible range with 416', async () => {
    const { id } = await medium();
    const head = await ask(NOBODY, 'publications', id, {}, 'HEAD');
    expect([head.status, head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([200, '20000', 0]);
    expect((await ask(NOBODY, 'publications', id, { 'if-none-match': `"${sha256}"` })).status).toBe(304);
    const beyond = await ask(NOBODY, 'publications', id, { range: 'bytes=20000-' });
    expect([beyond.status, beyond.headers.get('content-range')]).toEqual([416, 'bytes */20000']);
  });

  it('gives a part only of the same file (If-Range)', async () => {
    const { id } = await medium();
    const same = await ask(NOBODY, 'publications', id, { range: 'bytes=0-9', 'if-range': `"${sha256}"` });
    const other = await ask(NOBODY, 'publications', id, { range: 'bytes=0-9', 'if-range': '"another"' });
    expect([same.status, other.status]).toEqual([206, 200]);
  });

  it('R10 is gone at once when it is withdrawn, also for whoever just listened', async () => {
    const { id, testimonyId } = await medium();
    expect((await ask(NOBODY, 'publications', id)).status).toBe(200);
    await behindTheTriggers(
      `update testimony set state = 'withdrawn' where id = '${testimonyId}';
       update publication set unpublished_at = now() where testimony_id = '${testimonyId}'`
    );
    expect((await ask(NOBODY, 'publications', id, { range: 'bytes=100-' })).status).toBe(410);
    expect((await ask(NOBODY, 'publications', randomUUID())).status).toBe(404);
  });

  it('R4 is there for a reader of its audience and nobody else, by the consent of today', async () => {
    const { id, testimonyId } = await medium({ public: 'no' });
    const journalist = await staff(sql, ['reader']);
    await sql(`insert into reader_purpose (user_id, purpose) values ($1, 'journalists')`, [journalist.userId]);
    const asJournalist = { ...NOBODY, account: journalist };
    expect([(await ask(NOBODY, 'publications', id)).status, (await ask(asJournalist, 'publications', id)).status]).toEqual([404, 200]);
    await sql(`update live_consent set audiences = '{court}' where testimony_id = $1`, [testimonyId]);
    expect((await ask(asJournalist, 'publications', id)).status).toBe(404);
  });
});

it('closes the file when the client leaves', async () => {
  const response = await ask({ ...NOBODY, account: reviewer }, 'recordings', laid.recordingId!);
  const reader = response.body!.getReader();
  await reader.read();
  await reader.cancel();
  await expect(reader.closed).resolves.toBeUndefined();
});
