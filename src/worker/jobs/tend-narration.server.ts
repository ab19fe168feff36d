import { tendNarration } from '#modules/narration/tend-narration.server.ts';
import type { Handler } from '../handler.ts';

export const tend: Handler<'tend-narration'> = (deps, { narrationId }, run) => tendNarration(deps, { narrationId }, run.signal);
