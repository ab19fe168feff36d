import { workingLanguage, type Locale } from '#i18n/locale.ts';
import { describeIn, type EditionSummary } from './edition.ts';

interface Feed {
  title: string;
  locale: Locale;
  /** The public origin, without a slash at its end. */
  origin: string;
  /** For an edition nobody named. */
  untitled: string;
}

/** An Atom feed (RFC 4287) of editions, newest first. Ids are of testimony and edition, so that a new edition is a new entry. */
export function atomFeed(editions: readonly EditionSummary[], { title, locale, origin, untitled }: Feed): string {
  const self = `${origin}/feeds/${locale}.xml`;
  const updated = (editions[0]?.publishedAt ?? new Date(0)).toISOString();
  const entries = editions.map((edition) => {
    const about = describeIn(locale, edition);
    const url = `${origin}/${locale}/testimonies/${edition.testimonyId}`;
    return [
      '<entry>',
      `<id>urn:uuid:${edition.id}</id>`,
      `<title xml:lang="${about.language}">${escape(about.title || untitled)}</title>`,
      `<link rel="alternate" href="${escape(url)}" hreflang="${locale}"/>`,
      `<updated>${edition.publishedAt.toISOString()}</updated>`,
      edition.chosenName ? `<author><name>${escape(edition.chosenName)}</name></author>` : '',
      about.summary ? `<summary xml:lang="${about.language}">${escape(about.summary)}</summary>` : '',
      ...edition.themes.map((theme) => `<category term="${theme.slug}" label="${escape(theme[workingLanguage(locale)])}"/>`),
      '</entry>'
    ].join('');
  });
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${locale}">`,
    `<id>${self}</id>`,
    `<title>${escape(title)}</title>`,
    `<author><name>${escape(title)}</name></author>`,
    `<updated>${updated}</updated>`,
    `<link rel="self" href="${self}"/>`,
    `<link rel="alternate" href="${origin}/${locale}"/>`,
    ...entries,
    '</feed>'
  ].join('\n');
}

function escape(text: string): string {
  return (
    text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
      // Control characters are not XML, escaped or not (XML 1.0, section 2.2).
      .replace(/\p{Cc}/gu, (character) => (/[\t\n\r]/.test(character) ? character : ''))
  );
}
