import { fail, type ActionFailure } from '@sveltejs/kit';
import * as v from 'valibot';
import { DomainError, type ErrorCode } from '#platform/errors.ts';

/** What a page is told of a refused action: it shows `errors:<code>` and keeps what was typed. */
export type Refused = { refused: ErrorCode; field?: string };

/**
 * A form's fields, parsed. A field named twice is a list; a name that ends in `[]` is always one.
 * @throws DomainError `invalid_input` with the name of the first field that is wrong
 */
export async function parseForm<Schema extends v.GenericSchema>(request: Request, schema: Schema): Promise<v.InferOutput<Schema>> {
  const fields: Record<string, unknown> = {};
  for (const [name, value] of (await request.formData()).entries()) {
    if (name.endsWith('[]')) ((fields[name.slice(0, -2)] ??= []) as unknown[]).push(value);
    else if (name in fields) fields[name] = [fields[name], value].flat();
    else fields[name] = value;
  }
  return parse(schema, fields);
}

/** What came from outside, parsed. @throws DomainError `invalid_input` with the name of the first field that is wrong */
export function parse<Schema extends v.GenericSchema>(schema: Schema, input: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  throw new DomainError('invalid_input', { field: v.getDotPath(parsed.issues[0]) ?? '' });
}

/** Runs an action's work: a refusal comes back to the form it came from, with its status; anything else is an error. */
export async function refusing<T>(work: () => Promise<T>): Promise<T | ActionFailure<Refused>> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    const { field } = error.detail;
    return fail(error.status, { refused: error.code, ...(typeof field === 'string' && field && { field }) });
  }
}
