/**
 * The one normaliser of the archive: what is stored in either search index and what is asked of it pass through here, so that two
 * spellings of a word meet. Tokens keep their place in the original text, so that a highlight marks what was written, to the letter.
 *
 * Folding follows Unicode (NFKD, UAX #15) and then the letters that people, keyboards and machines use for one another: alef and
 * hamza seats, ى/ي, ة/ه, Persian and Kurdish letters with an Arabic twin, presentation forms, Latin diacritics, Turkish dotless i.
 */

/** A word as written. `start` and `end` count UTF-16 units in the original, `end` exclusive. */
export type Token = {
  start: number;
  end: number;
  /** As written, without vowel signs, tatweel and case: أ and ا, ة and ه, é and e stay apart. What a quoted query is compared with. */
  exact: string;
  /** Folded: what everything else is compared with. */
  surface: string;
};

const IGNORED = /^[\p{Cf}\u0640\u02b9-\u02bf\u02c8\u02ee]$/u;
// Vowel signs and recitation marks say how a word is read, not which word it is; 0653-0655 are madda and hamza, part of the letter.
const VOWEL_SIGN =
  /[\u0610-\u061a\u064b-\u0652\u0656-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u08ca-\u08ff\u0591-\u05bd\u05bf-\u05c7]/gu;
// Marks that another spelling may lack. Those of Indic scripts are vowels and stay.
const DROPPED_MARK = /[\u0300-\u036f\u0653-\u0655\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f]/gu;
const WORD = /[\p{L}\p{M}\p{N}]/u;
const DIGIT = /\p{Nd}/u;
const ARABIC = /\p{Script=Arabic}/u;

/** The first of each row stands for the others. */
const TWIN_LETTERS = ['اٱٲٳٵ', 'يىیېۍێےۑ', 'وۆۇۈۋۊۉۅ', 'هةەہھۃۿ', 'كکڪ', 'رڕ', 'لڵ', 'فڤ', 'iı', 'oø', 'lł', 'dđð', 'hħ', 'nŋ', 'σς'];
const TWINS = new Map([
  ...TWIN_LETTERS.flatMap(([first, ...rest]) => rest.map((letter) => [letter, first!] as const)),
  ...([
    ['ß', 'ss'],
    ['þ', 'th'],
    ['æ', 'ae'],
    ['œ', 'oe']
  ] as const)
]);

/** One letter, two code points: keyboards differ, the written word does not. */
const SAME_LETTER = new Map([
  ['ک', 'ك'],
  ['ی', 'ي']
]);

type Folded = { exact: string; surface: string };
const SEPARATOR: Folded = { exact: ' ', surface: ' ' };
const NOTHING: Folded = { exact: '', surface: '' };

// A text has few different characters and many of each; the bound keeps a hostile text from filling memory.
const remembered = new Map<number, Folded>();

function fold(point: number): Folded {
  const known = remembered.get(point);
  if (known) return known;
  const folded = foldAfresh(String.fromCodePoint(point));
  if (remembered.size < 10_000) remembered.set(point, folded);
  return folded;
}

function foldAfresh(character: string): Folded {
  if (IGNORED.test(character)) return NOTHING;
  if (!WORD.test(character)) return SEPARATOR;
  const read = [...character.normalize('NFKD').toLowerCase().normalize('NFKD').replace(VOWEL_SIGN, '')]
    .filter((part) => !IGNORED.test(part))
    .map((part) => (DIGIT.test(part) ? asciiDigit(part) : WORD.test(part) ? part : ' '));
  // The spacing forms of vowel signs decompose into a space and the sign; they separate nothing.
  if (read.every((part) => part === ' ')) return NOTHING;
  return {
    // Turkish İ is i with its dot written out; nobody types the dot twice.
    exact: read
      .map((part) => SAME_LETTER.get(part) ?? part)
      .join('')
      .replace('i\u0307', 'i'),
    surface: read
      .map((part) => TWINS.get(part) ?? part)
      .join('')
      .replace(DROPPED_MARK, '')
  };
}

/** Unicode keeps the ten digits of every script in a row that starts with its zero; NFKD has already read the styled ones. */
function asciiDigit(digit: string): string {
  let zero = digit.codePointAt(0)!;
  const point = zero;
  while (point - zero < 9 && DIGIT.test(String.fromCodePoint(zero - 1))) zero--;
  return String(point - zero);
}

/**
 * The words of a text in their order. Digits, Arabic letters and other letters that touch are words of their own (و٢٠١٢ holds 2012),
 * and so are the parts around an apostrophe or a hyphen. Never throws, lone surrogates included.
 */
export function tokenise(text: string): Token[] {
  const tokens: Token[] = [];
  let open: (Token & { kind: number }) | null = null;
  const close = () => {
    if (open?.surface) tokens.push({ start: open.start, end: open.end, exact: open.exact.normalize('NFC'), surface: open.surface });
    open = null;
  };

  for (let start = 0; start < text.length;) {
    const point = text.codePointAt(start)!;
    const end = start + (point > 0xffff ? 2 : 1);
    const { exact, surface } = fold(point);
    if (surface.length > 1 && surface.includes(' ')) addWords(exact, start, end);
    else add(exact, surface, start, end);
    start = end;
  }
  close();
  return tokens;

  /** A character that stands for several words (U+FDFA, ½): each of them lies where it stands. */
  function addWords(words: string, start: number, end: number) {
    for (const word of words.split(' ')) {
      close();
      for (const part of word) add(part, fold(part.codePointAt(0)!).surface, start, end);
    }
  }

  function add(exact: string, surface: string, start: number, end: number) {
    if (surface === ' ') return close();
    const kind = surface ? kindOf(surface) : (open?.kind ?? 0);
    if (open && open.kind !== kind) close();
    if (!surface && !open) return;
    open ??= { start, end, exact: '', surface: '', kind };
    open.exact += exact;
    open.surface += surface;
    open.end = end;
  }
}

function kindOf(surface: string): number {
  return DIGIT.test(surface) ? 1 : ARABIC.test(surface) ? 2 : 3;
}

/** The folded words, one space between them. Folding twice changes nothing. */
export function normalise(text: string): string {
  return tokenise(text)
    .map((token) => token.surface)
    .join(' ');
}
