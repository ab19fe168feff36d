import { error } from '@sveltejs/kit';
import { DomainError } from '#platform/errors.ts';

/**
 * A use case's answer for `load` and endpoints: an expected refusal becomes its HTTP status and code, which the error page puts into
 * the reader's words. Kit would answer 500 to any error that is not its own.
 */
export async function orRefuse<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (refusal) {
    if (refusal instanceof DomainError) error(refusal.status, { message: refusal.code, code: refusal.code });
    throw refusal;
  }
}
