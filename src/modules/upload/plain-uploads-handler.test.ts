import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEngines } from '#engines/engines.server.ts';
import { MOST_BYTES } from '#modules/testimony/limits.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { testDatabase, type TestDatabase } from '#tests/database.ts';
import { someoneTelling, testEnv } from '#tests/support/telling.ts';
import { plainUploadsHandler } from './plain-uploads-handler.server.ts';

let database: TestDatabase;
let server: Server;
let data: string;
let origin: string;

beforeAll(async () => {
  database = await testDatabase();
  await openQueue(database.db);
  data = await mkdtemp(path.join(tmpdir(), 'sawt-plain-'));
  server = createServer((req, res) => void handler(req, res)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = testEnv({ webUrl: database.webUrl, dataDir: data, origin });
  const handler = plainUploadsHandler({ db: database.db, env, store: openEngines(env, database.db).store });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await closeQueue();
  await database.close();
  await rm(data, { recursive: true, force: true });
});

const NAME = 'Hama, my brother Khaled.opus';

function form(bytes: Uint8Array<ArrayBuffer>, { type = 'video/webm', name = NAME } = {}): FormData {
  const filled = new FormData();
  filled.set('recording', new File([bytes], name, { type }));
  return filled;
}
const post = (headers: Record<string, string>, body: BodyInit, locale = 'ar') =>
  fetch(`${origin}/uploads/plain/${locale}`, { method: 'POST', headers: { origin, ...headers }, body, redirect: 'manual' });
const next = (answer: Response) => [answer.status, answer.headers.get('location')];
const recordingsOf = (testimony: string) =>
  database.sql(`select id, kind, media_type, bytes::int, sha256, state, store_key from recording where testimony_id = $1`, [testimony]);
const left = async () =>
  (await readdir(data, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);

it('R34 R35 takes a file from a plain form bit for bit, hashed as it arrives, and hands it to the worker', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const bytes = randomBytes(3_000_000);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  expect(next(await post(headers, form(bytes)))).toEqual([303, '/ar/tell/review']);

  const [kept, ...others] = await recordingsOf(contributor.testimonyId);
  expect(others).toEqual([]);
  expect(kept).toEqual({
    id: kept!.id,
    kind: 'video',
    media_type: 'video/webm',
    bytes: 3_000_000,
    sha256,
    state: 'received',
    store_key: `recordings/${kept!.id}`
  });
  expect((await readFile(path.join(data, 'media', 'recordings', String(kept!.id)))).equals(bytes)).toBe(true);
  expect(
    await database.sql(`select 1 from pgboss.job where name = 'verify-recording' and data->>'recordingId' = $1`, [kept!.id])
  ).toHaveLength(1);
  const log = await database.sql(`select kind, detail from custody_event where testimony_id = $1 order by position`, [
    contributor.testimonyId
  ]);
  expect(log.map(({ kind }) => kind)).toEqual(['begun', 'recording_announced', 'recording_received']);
  expect(log[1]!.detail).toMatchObject({ sha256, hashed_by: 'archive' });
  expect(await left()).toEqual([kept!.id]);
});

it('R33 keeps no file name, neither in a row nor on the disk', async () => {
  const { headers } = await someoneTelling(database.db);
  await post(headers, form(randomBytes(1000)));
  const rows = await database.sql(
    `select (select json_agg(r) from recording r)::text || (select json_agg(e) from custody_event e)::text || (select json_agg(j) from pgboss.job j)::text as all`
  );
  expect(String(rows[0]!.all)).not.toContain('Khaled');
  expect((await left()).join()).not.toContain('Khaled');
});

it('takes the same file once, and goes by its ending where the browser names no type', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const bytes = randomBytes(1000);
  for (let time = 0; time < 2; time += 1) await post(headers, form(bytes, { type: '' }));
  expect(await recordingsOf(contributor.testimonyId)).toMatchObject([{ kind: 'audio', media_type: 'audio/ogg' }]);
});

it.each([
  ['nothing was chosen', () => form(new Uint8Array(0), { name: '', type: 'application/octet-stream' }), 'invalid_input'],
  ['it is empty', () => form(new Uint8Array(0)), 'file_incomplete'],
  ['it is no sound or picture', () => form(randomBytes(9), { type: 'application/pdf', name: 'a.pdf' }), 'file_type_refused'],
  ['it is no form', () => 'recording=1', 'invalid_input']
])('says so in the address when %s, and keeps nothing', async (_, body, code) => {
  const { contributor, headers } = await someoneTelling(database.db);
  const before = await left();
  expect(next(await post(headers, body(), 'en'))).toEqual([303, `/en/tell/file?refused=${code}`]);
  expect(await recordingsOf(contributor.testimonyId)).toEqual([]);
  expect(await left()).toEqual(before);
});

it('opens to nobody without a session, and to no form of another site', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  expect(next(await post({}, form(randomBytes(9))))).toEqual([303, '/ar/return?over']);
  expect((await post({ ...headers, origin: 'https://elsewhere.example' }, form(randomBytes(9)))).status).toBe(404);
  expect((await post({ ...headers, origin: 'null' }, form(randomBytes(9)))).status).toBe(404);
  expect((await post(headers, form(randomBytes(9)), 'xx')).status).toBe(404);
  expect((await fetch(`${origin}/uploads/plain/ar`, { headers })).status).toBe(404);
  expect(await recordingsOf(contributor.testimonyId)).toEqual([]);
});

it('refuses what is larger than the archive takes before it is sent', async () => {
  const { headers } = await someoneTelling(database.db);
  const sending = request(`${origin}/uploads/plain/en`, {
    method: 'POST',
    headers: { ...headers, origin, 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(MOST_BYTES + 1) }
  });
  sending.on('error', () => undefined).flushHeaders();
  const [answer] = await once(sending, 'response');
  expect(answer.headers.location).toBe('/en/tell/file?refused=file_too_large');
  sending.destroy();
});

it('R21 R34 leaves nothing half taken when the line breaks', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const before = await left();
  const sending = request(`${origin}/uploads/plain/en`, {
    method: 'POST',
    headers: { ...headers, origin, 'content-type': 'multipart/form-data; boundary=x', 'content-length': '9000000' }
  });
  sending.on('error', () => undefined);
  sending.write('--x\r\ncontent-disposition: form-data; name="recording"; filename="a.webm"\r\ncontent-type: video/webm\r\n\r\n');
  await new Promise((sent) => sending.write(randomBytes(4_000_000), sent));
  await expect.poll(left, { timeout: 10_000 }).not.toEqual(before);
  sending.destroy();
  await expect.poll(left, { timeout: 10_000 }).toEqual(before);
  expect(await recordingsOf(contributor.testimonyId)).toEqual([]);
});

const folders = async () => (await readdir(data, { recursive: true })).filter((name) => path.basename(name).startsWith('job-')).length;

it('keeps nothing waiting for who left before the form was read, wholly sent or not', async () => {
  const FORM =
    '--x\r\ncontent-disposition: form-data; name="recording"; filename="a.webm"\r\ncontent-type: video/webm\r\n\r\nab\r\n--x--\r\n';
  for (const left of [FORM.length, FORM.length + 1])
    for (let after = 0; after < 16; after += 1) {
      const { headers } = await someoneTelling(database.db);
      const fields = { ...headers, origin, 'content-type': 'multipart/form-data; boundary=x', 'content-length': String(left) };
      const line = connect(Number(new URL(origin).port), '127.0.0.1').on('error', () => undefined);
      line.write(`POST /uploads/plain/en HTTP/1.1\r\nhost: archive\r\n`);
      line.write(
        `${Object.entries(fields)
          .map((field) => field.join(': '))
          .join('\r\n')}\r\n\r\n${FORM}`
      );
      setTimeout(() => line.destroy(), after);
      await once(line, 'close');
    }
  await expect.poll(folders, { timeout: 10_000 }).toBe(0);
});

it('takes no form that does not say how large it is, and counts those under way together', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  const endless = new Response(form(randomBytes(9)));
  const chunked = { method: 'POST', headers: { ...headers, origin, 'content-type': endless.headers.get('content-type')! }, duplex: 'half' };
  const answer = await fetch(`${origin}/uploads/plain/en`, { ...chunked, body: endless.body, redirect: 'manual' });
  expect(next(answer)).toEqual([303, '/en/tell/file?refused=invalid_input']);

  for (const position of [1, 2])
    await database.sql(
      `insert into recording (testimony_id, position, kind, media_type, bytes, sha256) values ($1, $2, 'video', 'video/webm', $3, $4)`,
      [contributor.testimonyId, position, MOST_BYTES - 5_000_000, String(position).repeat(64)]
    );
  const send = () =>
    request(`${origin}/uploads/plain/en`, {
      method: 'POST',
      headers: { ...headers, origin, 'content-type': 'multipart/form-data; boundary=x', 'content-length': '6000000' }
    }).on('error', () => undefined);
  const first = send();
  first.flushHeaders();
  await expect.poll(folders, { timeout: 10_000 }).toBe(1);
  const second = send();
  second.flushHeaders();
  const [refused] = await once(second, 'response');
  expect(refused.headers.location).toBe('/en/tell/file?refused=file_too_large');
  first.destroy();
  second.destroy();
  await expect.poll(folders, { timeout: 10_000 }).toBe(0);
  const third = send();
  third.flushHeaders();
  await expect.poll(folders, { timeout: 10_000 }).toBe(1);
  third.destroy();
});

it('takes no recording once the testimony was handed over, and slows floods down', async () => {
  const { contributor, headers } = await someoneTelling(database.db);
  await database.sql(`alter table testimony disable trigger a_refuse_unknown_step`);
  await database.sql(`update testimony set state = 'submitted' where id = $1`, [contributor.testimonyId]);
  await database.sql(`alter table testimony enable trigger a_refuse_unknown_step`);
  const codes = [];
  for (let time = 0; time < 21; time += 1) codes.push(next(await post(headers, form(randomBytes(9)), 'en'))[1]);
  expect(new Set(codes.slice(0, 20))).toEqual(new Set(['/en/tell/file?refused=wrong_state']));
  expect(codes[20]).toBe('/en/tell/file?refused=too_many_requests');
});
