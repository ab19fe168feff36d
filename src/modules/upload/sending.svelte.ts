import type { DetailedError, Upload } from 'tus-js-client';
import * as shelf from '#modules/recorder/shelf.ts';
import { ERROR_STATUS, type ErrorCode } from '#platform/errors.ts';
import { secondsLeft } from './estimate.ts';
import { sha256, Unreadable } from './sha256.ts';

export type Stage = 'waiting' | 'preparing' | 'sending' | 'checking' | 'safe' | 'elsewhere' | 'stopped' | 'gone';

/** What is sent: a piece on the shelf, or a file that the phone has no room to keep beside itself. */
export type Sendable = Pick<shelf.Piece, 'id' | 'kind' | 'mediaType' | 'sha256'> & { file?: File };

/** Longer than outages last; after the last one it waits for the line to come back. */
const RETRY_MS = [0, 1_000, 3_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000];
const ASK_AGAIN_MS = 2_000;
const ASK_AT_LEAST_EVERY_MS = 15_000;

/** What this document sends: going from page to page must neither stop it nor begin it twice. Filled in browsers only. */
const underWay = new Map<string, Sending>();

/** The sending of a piece, which may be under way since an earlier page. */
export function sendingOf(piece: Sendable, address: string): Sending {
  const known = underWay.get(piece.id);
  if (known && known.stage !== 'gone') return known;
  const begun = new Sending(piece, address);
  underWay.set(piece.id, begun);
  return begun;
}

/** A recording on its way to the archive: hashed, announced, sent from where it stopped, and erased here once it is confirmed. */
export class Sending {
  stage = $state<Stage>('waiting');
  /** Why it stopped; null while it goes on. */
  refused = $state<ErrorCode | 'failed' | null>(null);
  /** The line is down: it goes on by itself. */
  isOffline = $state(false);
  sentBytes = $state(0);
  bytes = $state(0);
  /** How long the rest takes, as far as that can be said. */
  secondsLeft = $state<number | null>(null);
  /** How much of it was read for its hash, 0 to 1. */
  preparedPart = $state(0);

  readonly piece: Sendable;
  readonly #address: string;
  #upload: Upload | null = null;
  #isGivenUp = false;
  #running: Promise<void> | null = null;
  readonly #onleft: (() => void)[] = [];

  /** @param address of the page's recordings: `/ar/tell/recordings` */
  constructor(piece: Sendable, address: string) {
    this.piece = piece;
    this.#address = address;
  }

  /**
   * Sends it, once, however often it is asked for; a second tab is told that the first one does. Resolves when nothing more will
   * happen by itself.
   * @param onleft called when all of it is sent and only the archive's answer is missing: the line is free for the next
   */
  run(onleft: () => void = () => undefined): Promise<void> {
    this.#onleft.push(onleft);
    return (this.#running ??= this.#run().finally(() => (this.#running = null)));
  }

  async #run(): Promise<void> {
    if (this.stage === 'safe' || this.stage === 'gone') return;
    this.refused = null;
    this.stage = 'waiting';
    try {
      if (navigator.locks)
        await navigator.locks.request(`sending ${this.piece.id}`, { ifAvailable: true }, (lock) =>
          lock ? this.#go() : void (this.stage = 'elsewhere')
        );
      else await this.#go();
    } catch (error) {
      this.refused = error instanceof Refusal ? error.code : 'failed';
      this.stage = this.#isGivenUp || (this.refused === 'not_found' && (await this.#isDeleted())) ? 'gone' : 'stopped';
    }
  }

  /** Deleted at the archive and here, on the person's own wish. */
  async #isDeleted(): Promise<boolean> {
    return !this.piece.file && !(await shelf.has(this.piece.id));
  }

  /** Stops it and erases it here; what arrived of it is deleted by the page's own form. */
  async giveUp(): Promise<void> {
    this.#isGivenUp = true;
    await this.#upload?.abort(true).catch(() => undefined);
    if (!this.piece.file) await shelf.remove(this.piece.id);
    this.stage = 'gone';
  }

  async #go(): Promise<void> {
    this.stage = 'preparing';
    const { file, id } = this.piece;
    const hashed = await this.#patiently(() => sha256(file ? { file } : { piece: id }, (part) => (this.preparedPart = part)));
    this.bytes = hashed.bytes;
    if (!file) await shelf.change(id, { sha256: hashed.sha256 });

    const announced = await this.#patiently(() => this.#announce(hashed));
    if (announced.state === 'expected') {
      this.stage = 'sending';
      const source = file ? fileSource(file) : await shelf.open(id);
      // tus gives up after its last delay; a line may be away for longer than that.
      await this.#patiently(() => this.#send(announced.recordingId, source));
    }
    this.stage = 'checking';
    for (const tell of this.#onleft.splice(0)) tell();
    await this.#confirmed(announced.recordingId);
    if (!file) await eraseHere(id);
    this.stage = 'safe';
  }

  async #announce({ sha256: hash, bytes }: { sha256: string; bytes: number }) {
    const { id, kind, mediaType } = this.piece;
    const answer = await fetch(this.#address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify({ id, kind, mediaType, bytes, sha256: hash })
    });
    return (await understood(answer)) as { recordingId: string; state: string };
  }

  async #send(recordingId: string, source: shelf.Source): Promise<void> {
    const tus = await import('tus-js-client');
    /** Where the speed is measured from: a new beginning after each break. */
    let measured: { from: number; at: number } | null = null;
    await new Promise<void>((resolve, reject) => {
      this.#upload = new tus.Upload(source as never, {
        endpoint: '/uploads',
        // The id is the address: nothing has to be remembered in the browser, and nothing can be found there.
        uploadUrl: `/uploads/${recordingId}`,
        storeFingerprintForResuming: false,
        metadata: { recording: recordingId },
        chunkSize: chunkBytes(),
        retryDelays: RETRY_MS,
        fileReader: {
          openFile: async () => ({ size: source.size, slice: (start, end) => slice(source, start, end), close: () => undefined })
        },
        onProgress: (sent) => {
          if (!measured || this.isOffline) measured = { from: sent, at: performance.now() };
          this.isOffline = false;
          this.sentBytes = sent;
          this.secondsLeft = secondsLeft(sent - measured.from, performance.now() - measured.at, source.size - sent);
        },
        onShouldRetry: (error) => {
          this.isOffline = statusOf(error) === 0;
          return passes(statusOf(error));
        },
        onSuccess: () => resolve(),
        onError: (error) => reject(refusalOf(error))
      });
      this.#upload.start();
    });
  }

  /** The archive has the same SHA-256. Until it says so, the copy here stays. */
  async #confirmed(recordingId: string): Promise<void> {
    for (let wait = ASK_AGAIN_MS; ; wait = Math.min(wait * 1.5, ASK_AT_LEAST_EVERY_MS)) {
      const { state, refusedFor } = await this.#patiently(
        async () =>
          (await understood(await fetch(`${this.#address}/${recordingId}/state`, { headers: { accept: 'application/json' } }))) as {
            state: string;
            refusedFor: string | null;
          }
      );
      if (state === 'verified') return;
      if (state === 'refused') throw new Refusal(refusedFor && refusedFor in ERROR_STATUS ? (refusedFor as ErrorCode) : 'file_incomplete');
      await pause(wait);
    }
  }

  /** Asks again for as long as the line is down or the archive is restarting. */
  async #patiently<T>(ask: () => Promise<T>): Promise<T> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const answer = await ask();
        this.isOffline = false;
        return answer;
      } catch (error) {
        if (error instanceof Refusal || error instanceof Unreadable || this.#isGivenUp) throw error;
        this.isOffline = true;
        await pause(Math.min(RETRY_MS[attempt + 1] ?? Infinity, 60_000));
      }
    }
  }
}

/** Of the last piece the way back to its draft goes too. */
async function eraseHere(id: string): Promise<void> {
  const owner = await shelf.ownerOf(id);
  await shelf.remove(id);
  if (owner && !(await shelf.pieces(owner)).length) await shelf.dropWay(owner);
}

/** The archive understood and said no: asking again would not help. */
class Refusal extends Error {
  readonly code: ErrorCode | 'failed';
  constructor(code: string) {
    super(code);
    this.code = code in ERROR_STATUS ? (code as ErrorCode) : 'failed';
  }
}

async function understood(answer: Response): Promise<unknown> {
  if (answer.ok) return answer.json();
  if (answer.status >= 500 || answer.status === 429) throw new Error('later');
  const { code } = (await answer.json().catch(() => ({}))) as { code?: string };
  throw new Refusal(code ?? 'failed');
}

/** The HTTP status of a failed request, 0 where there was no answer. */
const statusOf = (error: Error): number => ('originalResponse' in error ? (error as DetailedError).originalResponse?.getStatus() : 0) ?? 0;

/** A line that is down, an archive that restarts, another window that lets go: asking again will help. */
const passes = (status: number) => status === 0 || status >= 500 || status === 409 || status === 423 || status === 429;

function refusalOf(error: Error): Error {
  if (passes(statusOf(error))) return new Error('later');
  return new Refusal((error as DetailedError).originalResponse?.getBody() ?? 'failed');
}

async function slice(source: shelf.Source, start: number, end: number) {
  const to = Math.min(end, source.size);
  return { value: new Blob([await source.read(start, to)]), done: to >= source.size };
}

function fileSource(file: File): shelf.Source {
  return { size: file.size, read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()) };
}

/** Small where the line is thin, so that little is sent twice after it breaks (bytes). */
function chunkBytes(): number {
  const { connection } = navigator as Navigator & { connection?: { effectiveType?: string } };
  switch (connection?.effectiveType) {
    case 'slow-2g':
    case '2g':
      return 256 * 1024;
    case '3g':
      return 1024 * 1024;
    default:
      return 8 * 1024 * 1024;
  }
}

/** Until `ms` have passed, or the line comes back. */
function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(go, ms);
    function go() {
      clearTimeout(timer);
      removeEventListener('online', go);
      resolve();
    }
    addEventListener('online', go);
  });
}
