/** Whisper's languages by its own codes, with the names that OpenAI-compatible servers answer in place of a code. */
const WHISPER = {
  af: 'afrikaans',
  am: 'amharic',
  ar: 'arabic',
  as: 'assamese',
  az: 'azerbaijani',
  ba: 'bashkir',
  be: 'belarusian',
  bg: 'bulgarian',
  bn: 'bengali',
  bo: 'tibetan',
  br: 'breton',
  bs: 'bosnian',
  ca: 'catalan',
  cs: 'czech',
  cy: 'welsh',
  da: 'danish',
  de: 'german',
  el: 'greek',
  en: 'english',
  es: 'spanish',
  et: 'estonian',
  eu: 'basque',
  fa: 'persian',
  fi: 'finnish',
  fo: 'faroese',
  fr: 'french',
  gl: 'galician',
  gu: 'gujarati',
  ha: 'hausa',
  haw: 'hawaiian',
  he: 'hebrew',
  hi: 'hindi',
  hr: 'croatian',
  ht: 'haitian creole',
  hu: 'hungarian',
  hy: 'armenian',
  id: 'indonesian',
  is: 'icelandic',
  it: 'italian',
  ja: 'japanese',
  jw: 'javanese',
  ka: 'georgian',
  kk: 'kazakh',
  km: 'khmer',
  kn: 'kannada',
  ko: 'korean',
  la: 'latin',
  lb: 'luxembourgish',
  ln: 'lingala',
  lo: 'lao',
  lt: 'lithuanian',
  lv: 'latvian',
  mg: 'malagasy',
  mi: 'maori',
  mk: 'macedonian',
  ml: 'malayalam',
  mn: 'mongolian',
  mr: 'marathi',
  ms: 'malay',
  mt: 'maltese',
  my: 'myanmar',
  ne: 'nepali',
  nl: 'dutch',
  nn: 'nynorsk',
  no: 'norwegian',
  oc: 'occitan',
  pa: 'punjabi',
  pl: 'polish',
  ps: 'pashto',
  pt: 'portuguese',
  ro: 'romanian',
  ru: 'russian',
  sa: 'sanskrit',
  sd: 'sindhi',
  si: 'sinhala',
  sk: 'slovak',
  sl: 'slovenian',
  sn: 'shona',
  so: 'somali',
  sq: 'albanian',
  sr: 'serbian',
  su: 'sundanese',
  sv: 'swedish',
  sw: 'swahili',
  ta: 'tamil',
  te: 'telugu',
  tg: 'tajik',
  th: 'thai',
  tk: 'turkmen',
  tl: 'tagalog',
  tr: 'turkish',
  tt: 'tatar',
  uk: 'ukrainian',
  ur: 'urdu',
  uz: 'uzbek',
  vi: 'vietnamese',
  yi: 'yiddish',
  yo: 'yoruba',
  zh: 'chinese'
} as const;

export type WhisperLanguage = keyof typeof WHISPER;

export const WHISPER_LANGUAGES = Object.keys(WHISPER) as readonly WhisperLanguage[];

/** Spoken Arabic by ISO 639-3: Whisper and translators know it as `ar`, and write it near the standard language. */
const SPOKEN_ARABIC = 'aao abh abv acm acq acw acx acy adf aeb aec afb ajp apc apd ars ary arz auz avl ayh ayl ayn ayp pga shu ssh'.split(
  ' '
);

/** Tags whose language an engine lists under another code. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  nb: 'no',
  fil: 'tl',
  jv: 'jw',
  ...Object.fromEntries(SPOKEN_ARABIC.map((code) => [code, 'ar']))
};

/** The language of a BCP 47 tag without region, script and dialect (`apc-SY` → `ar`, `prs` → `fa`), or null for no tag at all. */
export function baseLanguage(tag: string): string | null {
  try {
    const { language } = new Intl.Locale(tag);
    return OTHER_NAMES[language] ?? language;
  } catch {
    return null;
  }
}

/** The code among an engine's `languages` for a BCP 47 tag, or null: then a human is needed, and no job is made. */
export function servedLanguage(languages: readonly string[], tag: string): string | null {
  const language = baseLanguage(tag);
  return languages.find((code) => code === tag) ?? languages.find((code) => language !== null && baseLanguage(code) === language) ?? null;
}

/** What a model serves, by its name: Whisper's English-only models end in `.en`; any other is taken to be multilingual. */
export function languagesOfModel(model: string | null): readonly string[] {
  return model !== null && /\.en\b/i.test(model) ? ['en'] : WHISPER_LANGUAGES;
}

/**
 * The code under which Whisper transcribes a language, or null where it does not know it: then a human is needed, and no job
 * is made. Kurdish (Kurmanji and Sorani), Syriac, Tigrinya and Uyghur are among those.
 */
export function transcriberLanguage(tag: string): WhisperLanguage | null {
  const language = baseLanguage(tag);
  return language !== null && Object.hasOwn(WHISPER, language) ? (language as WhisperLanguage) : null;
}

/** Whether a Whisper model writes this language's speech in English. English is no translation. */
export function translatesToEnglish(tag: string): boolean {
  const language = transcriberLanguage(tag);
  return language !== null && language !== 'en';
}

/** The code of a language as a server named it: `ar`, `Arabic`, `arabic`; null where it is none of Whisper's. */
export function languageAnswered(name: string): WhisperLanguage | null {
  const named = name.trim().toLowerCase();
  if (Object.hasOwn(WHISPER, named)) return named as WhisperLanguage;
  const found = Object.entries(WHISPER).find(([, english]) => english === named);
  return found ? (found[0] as WhisperLanguage) : null;
}
