import type { ParamMatcher } from '@sveltejs/kit';
import { SPOKEN_PURPOSES, type SpokenPurpose } from '../modules/consent/schema.ts';

export const match = ((text): text is SpokenPurpose => (SPOKEN_PURPOSES as readonly string[]).includes(text)) satisfies ParamMatcher;
