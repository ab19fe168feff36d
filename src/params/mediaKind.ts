import type { ParamMatcher } from '@sveltejs/kit';
import { isMediaKind, type MediaKind } from '../modules/media/media-kind.ts';

export const match = ((text): text is MediaKind => isMediaKind(text)) satisfies ParamMatcher;
