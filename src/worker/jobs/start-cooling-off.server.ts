import { startCoolingOff } from '#modules/publication/start-cooling-off.server.ts';
import type { Handler } from '../handler.ts';

export const coolOff: Handler<'start-cooling-off'> = (deps, data) => startCoolingOff(deps, data);
