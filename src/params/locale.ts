import type { ParamMatcher } from '@sveltejs/kit';
import { isLocale, type Locale } from '../i18n/locale.ts';

export const match = ((text): text is Locale => isLocale(text)) satisfies ParamMatcher;
