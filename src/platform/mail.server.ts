import { randomUUID } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createTransport } from 'nodemailer';

/** Plain text only; says nothing of what the archive is about (R30). */
export type Mail = { to: string; subject: string; text: string };

export type Mailer = {
  /** Done when the mail was handed over. @throws Error when it could not be */
  send: (mail: Mail) => Promise<void>;
};

/** SMTP where a server is named, else a folder in which each mail is one text file that an admin can read and pass on. */
export function openMailer({ smtpUrl, from, outbox }: { smtpUrl?: string | undefined; from?: string | undefined; outbox: string }): Mailer {
  return smtpUrl ? smtp(smtpUrl, from ?? `no-reply@${new URL(smtpUrl).hostname}`) : outboxFolder(outbox);
}

function smtp(url: string, from: string): Mailer {
  const transport = createTransport(url, { from });
  return {
    async send(mail) {
      // No name of a program, and ids that say nothing of the machine.
      await transport.sendMail({ ...mail, xMailer: false, messageId: `<${randomUUID()}@${from.split('@').at(-1)!.replace('>', '')}>` });
    }
  };
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
