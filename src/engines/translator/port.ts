/** A direction of translation, languages as the engine names them (`en`, `es`). */
export type Direction = { source: string; target: string };

export type TranslationJob = {
  texts: readonly string[];
  /** One of `languages()`; `directionFor` finds it. */
  direction: Direction;
  /** Ends the job, in the engine too. */
  signal: AbortSignal;
};

/**
 * Translates written text. Throws DomainError: `engine_busy` (try again after `retryAfterSeconds`), `engine_down` (try again
 * later), `engine_refused` (needs a human); the signal's reason when it was aborted.
 */
export type Translator = {
  /** One translation for each text, in their order; blank texts stay as they are. Never an empty one for a text. */
  translate(job: TranslationJob): Promise<string[]>;
  languages(signal?: AbortSignal): Promise<Direction[]>;
};
