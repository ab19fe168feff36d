import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

const run = promisify(execFile);

export type Certificate = { key: string; cert: string };

/** A certificate that signs itself, for a name; whoever does not know it does not trust it. */
export async function certificateFor(name: string): Promise<Certificate> {
  const folder = await mkdtemp(path.join(tmpdir(), 'sawt-certificate-'));
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const names = `subjectAltName=${/^[\d.]+$/.test(name) ? 'IP' : 'DNS'}:${name}`;
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-x509', '-days', '2'];
  await run('openssl', ['req', ...kind, '-subj', '/CN=mail', '-addext', names, '-keyout', key, '-out', cert]);
  const made = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
  await rm(folder, { recursive: true });
  return made;
}

export type MailServer = {
  port: number;
  /** Every mail taken so far, headers and all. */
  mails: string[];
  /** How often somebody came as far as naming a recipient. */
  asked: () => number;
  /** From now on: a reply to each recipient (`450 later`, `550 no`), a connection that ends in the middle of a mail, or all is taken. */
  will: (behaviour: 'take' | 'drop' | `${number} ${string}`) => void;
  /** Whether the last mail came over TLS. */
  wasSecure: () => boolean;
  close: () => Promise<void>;
};

/** A real SMTP server on a loopback address that keeps what it takes in memory. */
export async function mailServer(options: SMTPServerOptions = {}, host = '127.0.0.1'): Promise<MailServer> {
  let behaviour: Parameters<MailServer['will']>[0] = 'take';
  let asked = 0;
  let secure = false;
  const mails: string[] = [];
  const server = new SMTPServer({
    authOptional: !options.onAuth,
    disabledCommands: [...(options.onAuth ? [] : ['AUTH']), ...(options.key ? [] : ['STARTTLS'])],
    logger: false,
    onRcptTo(_, session, done) {
      asked += 1;
      secure = session.secure;
      const [, code, words] = /^(\d+) (.*)$/.exec(behaviour) ?? [];
      done(code ? Object.assign(new Error(words), { responseCode: Number(code) }) : null);
    },
    onData(stream, _, done) {
      if (behaviour === 'drop') return void stream.once('data', () => void dropAll()).resume();
      void text(stream).then((mail) => {
        mails.push(mail);
        done();
      });
    },
    ...options
  });
  server.on('error', () => undefined);
  const dropAll = () => server.connections.forEach((connection) => (connection as unknown as { close(): void }).close());
  server.listen(0, host);
  await once(server.server, 'listening');
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    asked: () => asked,
    will: (next) => (behaviour = next),
    wasSecure: () => secure,
    close: () => new Promise((done) => server.close(() => done()))
  };
}
