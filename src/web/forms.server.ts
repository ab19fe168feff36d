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
  // Without a prototype: a name that every object knows is a field like any other.
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [sent, value] of (await request.formData()).entries()) {
    const isList = sent.endsWith('[]');
    const name = isList ? sent.slice(0, -2) : sent;
    const known = fields[name];
    // Never copied: a small body can name one field a million times.
    if (Array.isArray(known)) known.push(value);
    else if (known !== undefined) fields[name] = [known, value];
    else fields[name] = isList ? [value] : value;
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
