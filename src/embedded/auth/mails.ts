import ar from '#i18n/locales/ar/mail.json' with { type: 'json' };
import en from '#i18n/locales/en/mail.json' with { type: 'json' };
import type { Mail } from '#platform/mail.server.ts';
import type { LinkType } from './links.ts';

/** In both languages, because the server does not know which one the person reads. Nothing says what the archive is about (R30). */
export function linkMail(type: LinkType, link: string): Pick<Mail, 'subject' | 'text'> {
  const of = (words: typeof ar) => [words[type], link, words.life[type], words.not_expected].join('\n\n');
  return { subject: `${ar.subject} · ${en.subject}`, text: `${of(ar)}\n\n${'—'.repeat(3)}\n\n${of(en)}` };
}
