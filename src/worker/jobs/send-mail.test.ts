import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { mailServer, type MailServer } from '#tests/support/smtp-server.ts';
import { staff } from '#tests/support/testimony-fixtures.ts';
import { workplace } from '#tests/support/told.ts';
import { listMails } from '#modules/identity/list-mails.server.ts';
import type { Account } from '#platform/actor.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import { postMail } from '#platform/mail-queue.server.ts';
import { openMailer } from '#platform/mail.server.ts';
import type { MailId } from '#platform/ids.ts';
import { startWorker } from '../worker.server.ts';
import { sendMail } from './send-mail.server.ts';

const database = await testDatabase();
const { sql } = database;
const server: MailServer = await mailServer();
const mailer = openMailer({ smtpUrl: `smtp://127.0.0.1:${server.port}`, from: 'accounts@example.org', outbox: '/nowhere' });
const place = await workplace(database, { mailer });
const run = { signal: new AbortController().signal, isLastTry: false };
let admin: Account;

beforeAll(async () => {
  await openQueue(database.workerDb);
  admin = await staff(sql, ['admin']);
});
beforeEach(async () => {
  server.will('take');
  await sql('delete from mail');
});
afterAll(async () => {
  await closeQueue();
  await server.close();
  await database.close();
  await place.remove();
});

const HOUR = 3_600_000;
async function posted(goodForMs = HOUR): Promise<MailId> {
  const letter = { to: 'nour@example.org', subject: 'About your account', text: 'A link' };
  const about = { kind: 'invite', accountId: admin.userId, goodUntil: new Date(Date.now() + goodForMs) } as const;
  await postMail(database.db, place.deps.env.SAWT_SECRET, { ...letter, ...about });
  return (await sql<{ id: MailId }>('select id from mail order by queued_at desc limit 1'))[0]!.id;
}
const atDesk = async () => (await listMails({ db: database.db }, admin)).map(({ state, reason, tries }) => ({ state, reason, tries }));
const sealed = async () => (await sql('select 1 from mail where sealed is not null')).length;

it('hands a mail over once, and keeps nothing of what it said', async () => {
  const mailId = await posted();
  const before = server.mails.length;
  await sendMail(place.deps, { mailId }, run);
  await sendMail(place.deps, { mailId }, run);
  expect(server.mails).toHaveLength(before + 1);
  expect(server.mails.at(-1)).toContain('To: nour@example.org');
  expect(await atDesk()).toEqual([{ state: 'sent', reason: null, tries: 1 }]);
  expect(await sealed()).toBe(0);
});

it('tries again what the server puts off or breaks off, and says so meanwhile', async () => {
  const mailId = await posted();
  server.will('450 4.2.0 later');
  await expect(sendMail(place.deps, { mailId }, run)).rejects.toMatchObject({ code: 'put_off' });
  expect(await atDesk()).toEqual([{ state: 'waiting', reason: 'put_off', tries: 1 }]);
  server.will('drop');
  await expect(sendMail(place.deps, { mailId }, run)).rejects.toMatchObject({ code: 'unreachable' });
  expect(await atDesk()).toEqual([{ state: 'waiting', reason: 'unreachable', tries: 2 }]);
  server.will('take');
  await sendMail(place.deps, { mailId }, run);
  expect(await atDesk()).toEqual([{ state: 'sent', reason: null, tries: 3 }]);
});

it('gives up after the last try', async () => {
  const mailId = await posted();
  server.will('450 4.2.0 later');
  await expect(sendMail(place.deps, { mailId }, { ...run, isLastTry: true })).rejects.toMatchObject({ code: 'put_off' });
  expect(await atDesk()).toEqual([{ state: 'failed', reason: 'put_off', tries: 1 }]);
  expect(await sealed()).toBe(0);
});

it('gives up at once what the server will not take, and shows it', async () => {
  server.will('550 5.1.1 nobody of this name');
  await sendMail(place.deps, { mailId: await posted() }, run);
  expect(await atDesk()).toEqual([{ state: 'failed', reason: 'refused', tries: 1 }]);
  expect(await sealed()).toBe(0);
});

it('sends nobody a link that is over', async () => {
  const asked = server.asked();
  await sendMail(place.deps, { mailId: await posted(-1_000) }, run);
  expect(server.asked()).toBe(asked);
  expect(await atDesk()).toEqual([{ state: 'failed', reason: 'too_late', tries: 1 }]);
});

it('says when what was sealed cannot be opened: the secret changed', async () => {
  const mailId = await posted();
  const env = { ...place.deps.env, SAWT_SECRET: 'ab'.repeat(32) };
  await sendMail({ ...place.deps, env }, { mailId }, run);
  expect(await atDesk()).toEqual([{ state: 'failed', reason: 'unreadable', tries: 1 }]);
});

it('forgets mails of a month ago, but none that waits', async () => {
  await sendMail(place.deps, { mailId: await posted() }, run);
  await posted();
  await sql(`update mail set queued_at = now() - interval '31 days'`);
  await sendMail(place.deps, { mailId: await posted() }, run);
  expect(await atDesk()).toEqual([
    { state: 'waiting', reason: null, tries: 0 },
    { state: 'sent', reason: null, tries: 1 }
  ]);
});

it('is seen by admins at the desk and by nobody else, without address or text', async () => {
  await posted();
  const [shown] = await listMails({ db: database.db }, admin);
  expect(shown).toMatchObject({ kind: 'invite', state: 'waiting', name: expect.any(String) as string });
  expect(JSON.stringify(shown)).not.toMatch(/nour|link/i);
  expect(await listMails({ db: database.db }, await staff(sql, ['reviewer', 'custodian']))).toEqual([]);
});

it('R33 goes by the worker, whose log and queue say nothing of a mail that failed', async () => {
  const said: string[] = [];
  const write = process.stdout.write.bind(process.stdout);
  process.stdout.write = ((chunk: string) => said.push(chunk) > 0) as typeof process.stdout.write;
  server.will('451 4.3.0 nour@example.org has to wait');
  const worker = await startWorker(place.deps, database.workerUrl);
  try {
    await posted();
    await expect.poll(async () => (await atDesk())[0]?.reason, { timeout: 20_000 }).toBe('put_off');
    await expect
      .poll(() => sql(`select 1 from pgboss.job where name = 'send-mail' and state = 'retry' and output is not null`))
      .toHaveLength(1);
  } finally {
    await worker.stop();
    process.stdout.write = write;
  }
  expect(said.join('')).toContain('"job":"send-mail"');
  expect(said.join('')).not.toMatch(/nour|has to wait/);
  const jobs = await sql<{ text: string }>(
    `select data::text || coalesce(output::text, '') as text from pgboss.job where name = 'send-mail'`
  );
  expect(jobs.map(({ text }) => text).join('')).not.toMatch(/nour|has to wait/);
});
