import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, it } from 'vitest';
import { openMailer } from './mail.server.ts';

const home = await mkdtemp(path.join(tmpdir(), 'sawt-mail-'));
afterAll(() => rm(home, { recursive: true, force: true }));

/** As much of RFC 5321 as one mail needs; `refuse` answers every recipient with 550. */
async function smtpServer({ refuse = false } = {}) {
  const mails: string[] = [];
  const server = createServer((socket) => {
    let data: string[] | null = null;
    socket.write('220 test\r\n');
    createInterface(socket).on('line', (line) => {
      if (data) {
        if (line !== '.') return data.push(line);
        mails.push(data.join('\n'));
        data = null;
        return socket.write('250 ok\r\n');
      }
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'DATA') data = [];
      if (verb === 'RCPT' && refuse) return socket.write('550 nobody here\r\n');
      return socket.write(verb === 'DATA' ? '354 go on\r\n' : verb === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { mails, url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}?ignoreTLS=true`, close: () => server.close() };
}

const mail = {
  to: 'nour@example.org',
  subject: 'بخصوص حسابك',
  text: 'رابط:\n\nhttp://localhost/ar/desk/invitation?token_hash=abc&type=invite'
};

it('without a server puts each mail into the folder, readable as it is and by its owner only', async () => {
  const outbox = path.join(home, 'outbox');
  await openMailer({ outbox }).send(mail);
  const names = await readdir(outbox);
  expect(names).toEqual([expect.stringMatching(/^\d{4}-.*\.txt$/)]);
  const file = path.join(outbox, names[0]!);
  expect(await readFile(file, 'utf8')).toBe(`To: ${mail.to}\nSubject: ${mail.subject}\n\n${mail.text}\n`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('R30 R33 hands a mail to the server without the name of a program or of this machine', async () => {
  const server = await smtpServer();
  await openMailer({ smtpUrl: server.url, from: 'accounts@example.org', outbox: home }).send(mail);
  server.close();
  expect(server.mails).toHaveLength(1);
  const [sent] = server.mails;
  expect(sent).toContain('To: nour@example.org');
  expect(sent).toContain('From: accounts@example.org');
  expect(sent).toMatch(/^Message-ID: <[0-9a-f-]{36}@example\.org>$/m);
  expect(sent).not.toMatch(/nodemailer|x-mailer|sawt/i);
});

it('says when a mail could not be handed over', async () => {
  const server = await smtpServer({ refuse: true });
  await expect(openMailer({ smtpUrl: server.url, from: 'accounts@example.org', outbox: home }).send(mail)).rejects.toThrow();
  server.close();
});
