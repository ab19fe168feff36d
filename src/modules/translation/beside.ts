import { WORKING_LANGUAGES } from '#i18n/locale.ts';

/** The language beside a testimony's own: the one asked for, else one it has, else a working language that it is not in. */
export function besides(language: string, present: readonly string[], asked: string | null): { into: string; choices: string[] } {
  const choices = [...new Set([...WORKING_LANGUAGES, ...present])].filter((choice) => choice !== language);
  const usual = language === 'en' ? 'ar' : 'en';
  const into = choices.find((choice) => choice === asked) ?? present.find((choice) => choice !== language) ?? usual;
  return { into, choices };
}
