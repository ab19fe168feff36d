import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import type { Env } from './env.ts';

/** Plain text only; says nothing of what the archive is about (R30). */
export type Mail = { to: string; subject: string; text: string };

export type Mailer = {
  /**
   * Done when the mail was handed over.
   * @param id the same for every try at one mail: a server that got it twice can tell
   * @throws MailNotSent by SMTP
   */
  send: (mail: Mail, id?: string) => Promise<void>;
};

export type MailTrouble = 'unreachable' | 'certificate' | 'no_tls' | 'login' | 'put_off' | 'refused';

/** Why a mail was not taken. `isFinal`: the server will not take it however often it is asked. Says nothing of the mail. */
export class MailNotSent extends Error {
  override readonly name = 'MailNotSent';
  readonly code: MailTrouble;

  constructor(code: MailTrouble) {
    super(code);
    this.code = code;
  }

  get isFinal(): boolean {
    return this.code === 'refused';
  }
}

export type MailSettings = {
  smtpUrl?: string | undefined;
  /** A mail address, with or without a name. */
  from?: string | undefined;
  outbox: string;
  /** Whom to trust besides the authorities that Node knows, PEM; NODE_EXTRA_CA_CERTS does the same for the whole process. */
  authorities?: string;
};

/** SMTP where a server is named, else a folder in which each mail is one text file that an admin can read and pass on. */
export function openMailer({ smtpUrl, from, outbox, authorities }: MailSettings): Mailer {
  return smtpUrl ? smtp(new URL(smtpUrl), from, authorities) : outboxFolder(outbox);
}

/** The mailer that the settings name. */
export const mailerOf = ({ SMTP_URL, MAIL_FROM, SAWT_DATA }: Pick<Env, 'SMTP_URL' | 'MAIL_FROM' | 'SAWT_DATA'>): Mailer =>
  openMailer({ smtpUrl: SMTP_URL, from: MAIL_FROM, outbox: path.join(SAWT_DATA, 'outbox') });

/** No mail leaves this machine in the clear. */
export const isLoopback = (host: string): boolean => ['localhost', '127.0.0.1', '::1'].includes(host);

/**
 * TLS from the first byte with `smtps:`, else STARTTLS, without which nothing is sent, but to a server on this machine. Certificates are
 * checked; nothing in the address's query changes that.
 */
function transportTo(url: URL, authorities: string | undefined) {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const implicit = url.protocol === 'smtps:';
  return createTransport({
    host,
    port: Number(url.port) || (implicit ? 465 : 587),
    secure: implicit,
    requireTLS: !implicit && !isLoopback(host),
    ignoreTLS: !implicit && isLoopback(host),
    tls: { ...(authorities && { ca: authorities }), ...(isIP(host) ? {} : { servername: host }), minVersion: 'TLSv1.2' },
    ...(url.username && { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
    // A name of ours and none of this machine.
    name: 'localhost',
    connectionTimeout: 15_000,
    greetingTimeout: 15_000,
    socketTimeout: 60_000
  });
}

/** Whether the server would take our mails; sends none. @throws MailNotSent */
export async function checkMailServer({ smtpUrl, authorities }: MailSettings & { smtpUrl: string }): Promise<void> {
  const transport = transportTo(new URL(smtpUrl), authorities);
  try {
    await transport.verify();
  } catch (error) {
    throw new MailNotSent(troubleOf(error));
  } finally {
    transport.close();
  }
}

function smtp(url: URL, from: string | undefined, authorities: string | undefined): Mailer {
  const transport = transportTo(url, authorities);
  const sender = from ?? `no-reply@${url.hostname}`;
  const domain = sender.split('@').at(-1)!.replace('>', '');
  return {
    async send(mail, id = randomUUID()) {
      try {
        // No name of a program, and ids that say nothing of the machine.
        await transport.sendMail({ ...mail, from: sender, xMailer: false, messageId: `<${id}@${domain}>` });
      } catch (error) {
        // What the server said may quote the address: only its kind goes on.
        throw new MailNotSent(troubleOf(error));
      } finally {
        transport.close();
      }
    }
  };
}

/** By nodemailer's codes and the server's reply (RFC 5321, 4.2.1): 4yz may work later, 5yz will not. */
function troubleOf(error: unknown): MailTrouble {
  const { code = '', responseCode = 0, message = '' } = error as { code?: string; responseCode?: number; message?: string };
  if (code === 'EAUTH' || code === 'ENOAUTH') return 'login';
  if (/certificate|altname|self[- ]signed|CERT_|unable to verify/i.test(`${code} ${message}`)) return 'certificate';
  if (code === 'ETLS') return 'no_tls';
  if (responseCode >= 500) return 'refused';
  return responseCode >= 400 ? 'put_off' : 'unreachable';
}

function outboxFolder(folder: string): Mailer {
  return {
    async send({ to, subject, text }) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const file = path.join(folder, `${new Date().toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.txt`);
      // Whoever looks into the folder never sees half a mail.
      await writeFile(`${file}.partial`, `To: ${to}\nSubject: ${subject}\n\n${text}\n`, { mode: 0o600 });
      await rename(`${file}.partial`, file);
    }
  };
}
