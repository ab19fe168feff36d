import { forgetTestimony } from '#modules/publication/forget-testimony.server.ts';
import type { Handler } from '../handler.ts';

export const forget: Handler<'forget-testimony'> = (deps, data) => forgetTestimony(deps, data);
