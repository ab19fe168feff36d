import { LOCALES, otherLocale, type Locale } from '#i18n/locale.ts';

/** The language beside a testimony's own: the one asked for, else one it has, else one that the archive speaks. */
export function besides(language: string, present: readonly string[], asked: string | null): { into: string; choices: string[] } {
  const choices = [...new Set([...LOCALES, ...present])].filter((choice) => choice !== language);
  const usual = language === 'ar' || language === 'en' ? otherLocale(language as Locale) : 'en';
  const into = choices.find((choice) => choice === asked) ?? present.find((choice) => choice !== language) ?? usual;
  return { into, choices };
}
