import { takeInStatement } from '#modules/testimony/take-in-statement.server.ts';
import type { Handler } from '../handler.ts';

export const takeIn: Handler<'take-in-statement'> = (deps, data) => takeInStatement(deps, data);
