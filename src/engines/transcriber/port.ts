/** A word as the engine heard it: times in the recording, how sure the engine is (0 to 1, null where it does not say). */
export type SpokenWord = { word: string; startMs: number; endMs: number; probability: number | null };

/** A spoken passage. `words` is empty where the engine gave no word times. */
export type SpokenSegment = { startMs: number; endMs: number; text: string; words: SpokenWord[] };

/**
 * Segments in the order of their starts; none where nothing was said. `language`: the engine's code, null where unknown.
 * `untimed`: the engine told no times at all, and the one segment stands for everything it was sent.
 */
export type Reading = { language: string | null; segments: SpokenSegment[]; untimed?: true };

export type ReadingJob = {
  /** A local file that ffmpeg can read. */
  audioPath: string;
  /** A BCP 47 tag that `servedLanguage` finds among `languages()`, or null to let the engine guess. */
  language: string | null;
  /** Ends the job, in the engine too. */
  signal: AbortSignal;
};

/** `translates`: whether the model can write other languages in English; null where the server does not say. */
export type TranscriberHealth = { ready: boolean; model: string | null; translates: boolean | null };

/**
 * Writes down what is said. Both calls throw DomainError: `engine_busy` (try again after `retryAfterSeconds`), `engine_down`
 * (try again later), `engine_refused` (this recording or language will not be read by this engine: needs a human). They
 * throw the signal's reason when it was aborted.
 */
export type Transcriber = {
  transcribe(job: ReadingJob): Promise<Reading>;
  /** The same speech in English, with times of its own; `alignByTime` brings it to the segments. */
  translateToEnglish(job: ReadingJob): Promise<Reading>;
  /**
   * The languages served, as the engine's codes: asked before a job is made. Where the server does not say which model it has, all
   * that Whisper knows.
   */
  languages(signal?: AbortSignal): Promise<readonly string[]>;
  health(signal?: AbortSignal): Promise<TranscriberHealth>;
};
