import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { clientOf, identityServer, type IdentityServer } from '#tests/identity-server.ts';
import { unseal } from '#platform/mail-queue.server.ts';
import type { MailId } from '#platform/ids.ts';

const database = await testDatabase();
const { sql } = database;
const secret = randomBytes(32).toString('hex');
let server: IdentityServer;

beforeAll(async () => {
  // Nobody listens there: what the auth server answers waits for no mail server.
  server = await identityServer(database, { SMTP_URL: 'smtps://127.0.0.1:9', SAWT_SECRET: secret });
});
afterAll(async () => {
  await server.close();
  await database.close();
});

const mails = () =>
  sql<{ id: MailId; kind: string; sealed: Buffer; hours: number }>(
    'select id, kind, sealed, round(extract(epoch from good_until - now()) / 3600)::int as hours from mail order by queued_at'
  );
const admin = () => clientOf(server.url, server.secretKey).auth.admin;

it('tells nobody by its haste, nor by failing, whether an address has an account', async () => {
  const email = 'known@example.org';
  expect((await admin().createUser({ email, password: 'a quiet morning by the sea', email_confirm: true })).error).toBeNull();
  const auth = clientOf(server.url, server.publishableKey).auth;
  const began = performance.now();
  expect((await auth.resetPasswordForEmail(email)).error).toBeNull();
  expect((await auth.resetPasswordForEmail('unknown@example.org')).error).toBeNull();
  expect(performance.now() - began).toBeLessThan(5_000);
  await expect.poll(async () => (await mails()).map(({ kind, hours }) => [kind, hours])).toEqual([['recovery', 1]]);
});

it('R30 gives mails to the queue, sealed, with a job for each, and says nothing of the subject in any', async () => {
  expect((await admin().inviteUserByEmail('new@example.org')).error).toBeNull();
  const [, invitation] = await mails();
  expect(invitation).toMatchObject({ kind: 'invite', hours: 72 });
  expect(invitation!.sealed.toString('latin1')).not.toMatch(/example|token/);
  const letter = unseal(secret, invitation!.id, invitation!.sealed)!;
  expect(letter.to).toBe('new@example.org');
  expect(letter.text).toMatch(/token_hash=[0-9a-f]{56}&type=invite/);
  for (const { id, sealed } of await mails()) {
    const { subject, text } = unseal(secret, id, sealed)!;
    expect(`${subject} ${text}`).not.toMatch(/sawt|صوت|testimon|شهاد|archive|أرشيف|detain|prison|معتقل|سجن/i);
  }
  expect(unseal(randomBytes(32).toString('hex'), invitation!.id, invitation!.sealed)).toBeNull();
  const jobs = await sql<{ id: string }>(`select data ->> 'mailId' as id from pgboss.job where name = 'send-mail' order by created_on`);
  expect(jobs.map(({ id }) => id)).toEqual((await mails()).map(({ id }) => id));
});
