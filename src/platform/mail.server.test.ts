import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateFor, mailServer, type Certificate, type MailServer } from '#tests/support/smtp-server.ts';
import { openMailer, type MailSettings } from './mail.server.ts';

const outbox = await mkdtemp(path.join(tmpdir(), 'sawt-mail-'));
afterAll(() => rm(outbox, { recursive: true, force: true }));

const from = 'Accounts <accounts@example.org>';
const mail = {
  to: 'nour@example.org',
  subject: 'بخصوص حسابك',
  text: 'رابط:\n\nhttp://localhost/ar/desk/invitation?token_hash=abc&type=invite'
};
const send = (smtpUrl: string, more: Partial<MailSettings> = {}) => openMailer({ smtpUrl, from, outbox, ...more }).send(mail, 'an-id');

it('without a server puts each mail into the folder, readable as it is and by its owner only', async () => {
  const folder = path.join(outbox, 'outbox');
  await openMailer({ outbox: folder }).send(mail);
  const names = await readdir(folder);
  expect(names).toEqual([expect.stringMatching(/^\d{4}-.*\.txt$/)]);
  const file = path.join(folder, names[0]!);
  expect(await readFile(file, 'utf8')).toBe(`To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

describe('a server on this machine', () => {
  let server: MailServer;
  beforeAll(async () => {
    server = await mailServer();
  });
  afterAll(() => server.close());
  const url = () => `smtp://127.0.0.1:${server.port}`;

  it('R30 R33 is handed a mail without the name of a program or of this machine, the same id at each try', async () => {
    await send(url());
    await send(url());
    expect(server.mails).toHaveLength(2);
    for (const sent of server.mails) {
      expect(sent).toContain('To: nour@example.org');
      expect(sent).toContain('From: Accounts <accounts@example.org>');
      expect(sent).toMatch(/^Message-ID: <an-id@example\.org>\r?$/m);
      expect(sent).not.toMatch(/nodemailer|x-mailer|sawt/i);
    }
  });

  it.each([
    ['450 4.2.0 later', 'put_off', false],
    ['421 4.3.2 closing', 'put_off', false],
    ['550 5.1.1 nobody here', 'refused', true],
    ['554 5.7.1 no', 'refused', true]
  ] as const)('may answer %s, which is %s', async (reply, code, isFinal) => {
    server.will(reply);
    await expect(send(url())).rejects.toMatchObject({ code, isFinal, message: code });
    server.will('take');
  });

  it('may hang up in the middle of a mail', async () => {
    server.will('drop');
    await expect(send(url())).rejects.toMatchObject({ code: 'unreachable', isFinal: false });
    server.will('take');
  });

  it('may not be there', async () => {
    const gone = createServer().listen(0, '127.0.0.1');
    await new Promise((listening) => gone.once('listening', listening));
    const { port } = gone.address() as AddressInfo;
    await new Promise((closed) => gone.close(closed));
    await expect(send(`smtp://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'unreachable' });
  });
});

describe('a server with TLS', () => {
  let own: Certificate;
  let other: Certificate;
  const servers: MailServer[] = [];
  const open = async (...how: Parameters<typeof mailServer>) => {
    const server = await mailServer(...how);
    servers.push(server);
    return server;
  };
  beforeAll(async () => {
    [own, other] = await Promise.all([certificateFor('127.0.0.1'), certificateFor('mail.example.org')]);
  });
  afterAll(() => Promise.all(servers.map((server) => server.close())));

  it('is spoken to in TLS from the first byte, and only with a certificate that is known and its own', async () => {
    const server = await open({ secure: true, ...own });
    const url = `smtps://127.0.0.1:${server.port}`;
    await send(url, { authorities: own.cert });
    expect(server.mails).toHaveLength(1);
    expect(server.wasSecure()).toBe(true);
    await expect(send(url)).rejects.toMatchObject({ code: 'certificate', isFinal: false });
    await expect(send(`${url}?tls.rejectUnauthorized=false&ignoreTLS=true`)).rejects.toMatchObject({ code: 'certificate' });
    const disguised = await open({ secure: true, ...other });
    await expect(send(`smtps://127.0.0.1:${disguised.port}`, { authorities: other.cert })).rejects.toMatchObject({ code: 'certificate' });
    expect(server.asked() + disguised.asked()).toBe(1);
  });

  it('elsewhere than on this machine has to offer STARTTLS, or gets nothing', async () => {
    // 127.0.0.2 is this machine as well, but not by a name that we take for it.
    const bare = await open({}, '127.0.0.2');
    const certificate = await certificateFor('127.0.0.2');
    await expect(send(`smtp://127.0.0.2:${bare.port}`)).rejects.toMatchObject({ code: 'no_tls' });
    expect(bare.asked()).toBe(0);
    const good = await open(certificate, '127.0.0.2');
    await send(`smtp://127.0.0.2:${good.port}`, { authorities: certificate.cert });
    expect(good.wasSecure()).toBe(true);
    await expect(send(`smtp://127.0.0.2:${good.port}`)).rejects.toMatchObject({ code: 'certificate' });
    expect(good.mails).toHaveLength(1);
  });

  it('may want a login, and says when it is wrong', async () => {
    const server = await open({
      secure: true,
      ...own,
      onAuth: ({ username, password }, _, done) => done(password === 'p@ss' ? null : new Error('no'), { user: username })
    });
    await send(`smtps://mailer:p%40ss@127.0.0.1:${server.port}`, { authorities: own.cert });
    expect(server.mails).toHaveLength(1);
    await expect(send(`smtps://mailer:wrong@127.0.0.1:${server.port}`, { authorities: own.cert })).rejects.toMatchObject({ code: 'login' });
  });
});
