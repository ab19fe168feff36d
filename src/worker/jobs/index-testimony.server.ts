import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import type { Handler } from '../handler.ts';

export const index: Handler<'index-testimony'> = (deps, { testimonyId }) => indexTestimony(deps, testimonyId);
