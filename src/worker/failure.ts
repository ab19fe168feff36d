import { NotClean } from '#modules/media/check-clean.server.ts';
import { MediaRefused } from '#modules/media/refusals.ts';
import { MediaToolError } from '#modules/media/run-media-tool.server.ts';
import { DomainError } from '#platform/errors.ts';

/** Why a step did not come to its end, as the desk reads it (`processing_step.reason`, worded in i18n). */
export function reasonOf(error: unknown): string {
  if (error instanceof MediaToolError || error instanceof MediaRefused || error instanceof NotClean || error instanceof DomainError)
    return error.code;
  return 'failed';
}

/**
 * What the queue may keep of a failure. pg-boss stores whatever is thrown, and what a media tool says can quote a file's tags, what
 * a driver says a text (R33).
 */
export class JobFailed extends Error {
  override readonly name = 'JobFailed';
  readonly code: string;

  constructor(error: unknown) {
    super(reasonOf(error));
    this.code = reasonOf(error);
  }
}
