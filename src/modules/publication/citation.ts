/** What a citation states. All of it is in the edition, so that two people who cite the same passage cite the same words. */
export interface Citation {
  /** The exact words, as the edition has them. */
  quote: string;
  /** The same passage in the reader's language, where that is another one, and who translated it, in words (R37). */
  translation: { text: string; by: string } | null;
  title: string;
  /** The name the person chose to be shown by. */
  speaker: string | null;
  archive: string;
  edition: number;
  /** `12:41–12:55`, digits as in every language; null for a written testimony. */
  timecodes: string | null;
  /** The permanent link to the passage. */
  url: string;
  year: number;
  accessed: Date;
  /** SHA-256 of the edition, hex. */
  sha256: string;
  /** Language of the words quoted. */
  language: string;
}

/** The words around the facts, in the reader's language. */
export interface CitationWords {
  edition: string;
  accessed: string;
  open: string;
  close: string;
}

/** Enough of a hash for a person to compare; the page shows it whole. */
export function shortHash(sha256: string): string {
  return sha256.slice(0, 12);
}

/**
 * The lines of a citation: the quoted words and their translation, if any; who, where, which edition, when; the link; the fingerprint. Link and fingerprint
 * stand alone, so that they stay whole beside text of the other direction.
 */
export function citationLines(
  citation: Citation,
  words: CitationWords
): { quote: string | null; translation: string | null; facts: string[]; url: string; hash: string } {
  const quoted = (text: string) => `${words.open}${text}${words.close}`;
  return {
    quote: citation.quote ? quoted(citation.quote) : null,
    translation: citation.translation && `${quoted(citation.translation.text)} (${citation.translation.by})`,
    facts: [citation.speaker, quoted(citation.title), citation.archive, words.edition, citation.timecodes, words.accessed].filter(
      (fact) => fact !== null
    ),
    url: citation.url,
    hash: `SHA-256 ${shortHash(citation.sha256)}`
  };
}

/** The same as plain text, to be copied. */
export function citationText(citation: Citation, words: CitationWords): string {
  const { quote, translation, facts, url, hash } = citationLines(citation, words);
  return [quote, translation, `${facts.join('. ')}.`, url, hash].filter((line) => line !== null).join('\n');
}

/** A BibTeX entry (`@misc`), for reference managers. */
export function citationBibtex(citation: Citation): string {
  const key = `sawt-${shortHash(citation.sha256)}${citation.timecodes ? `-${citation.timecodes.split('–')[0]!.replaceAll(':', '')}` : ''}`;
  const fields = [
    ['title', citation.title],
    ['author', citation.speaker],
    ['howpublished', citation.archive],
    ['edition', String(citation.edition)],
    ['year', String(citation.year)],
    ['url', citation.url],
    ['urldate', day(citation.accessed)],
    ['language', citation.language],
    [
      'note',
      [
        citation.timecodes,
        `SHA-256 ${citation.sha256}`,
        citation.quote && `"${citation.quote}"`,
        citation.translation && `"${citation.translation.text}" (${citation.translation.by})`
      ]
        .filter(Boolean)
        .join('; ')
    ]
  ].filter((field): field is [string, string] => Boolean(field[1]));
  return `@misc{${key},\n${fields.map(([name, value]) => `  ${name} = {${bibtexText(value)}}`).join(',\n')}\n}\n`;
}

// Braces delimit and a backslash commands: all three are written as TeX writes them.
function bibtexText(text: string): string {
  return text
    .replace(/\\/g, '\\textbackslash ')
    .replace(/[{}]/g, (brace) => `\\${brace}`)
    .replace(/\s+/g, ' ');
}

/** A RIS record (type SOUND), as Zotero and EndNote read it. */
export function citationRis(citation: Citation): string {
  const lines: [string, string | null][] = [
    ['TY', 'SOUND'],
    ['TI', citation.title],
    ['AU', citation.speaker],
    ['PB', citation.archive],
    ['ET', String(citation.edition)],
    ['PY', String(citation.year)],
    ['SP', citation.timecodes],
    [
      'AB',
      [citation.quote, citation.translation && `${citation.translation.text} (${citation.translation.by})`].filter(Boolean).join(' / ')
    ],
    ['LA', citation.language],
    ['UR', citation.url],
    ['Y2', day(citation.accessed).replaceAll('-', '/')],
    ['N1', `SHA-256 ${citation.sha256}`],
    ['ER', '']
  ];
  return lines
    .filter(([tag, value]) => value || tag === 'ER')
    .map(([tag, value]) => `${tag}  - ${(value ?? '').replace(/\s+/g, ' ')}`)
    .join('\r\n')
    .concat('\r\n');
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
