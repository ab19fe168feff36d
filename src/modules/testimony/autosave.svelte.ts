/** After this long without a key, and never later than that much after the first unsaved one. */
const PAUSE_MS = 800;
const AT_LATEST_MS = 5_000;
const AGAIN_MS = 4_000;

/**
 * Sends a form's fields to an action while someone writes (R21). One request at a time, always the newest words; what did not arrive
 * is sent again until it does.
 */
export class Autosave {
  state = $state<'idle' | 'keeping' | 'kept' | 'not_kept'>('idle');

  readonly #action: string;
  #newest: Record<string, string> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #firstUnsaved = 0;
  #isSending = false;

  /** @param action where to post, `?/name` */
  constructor(action: string) {
    this.#action = action;
  }

  /** Whether leaving now would lose words. */
  get isBehind(): boolean {
    return this.#newest !== null;
  }

  changed(fields: Record<string, string>): void {
    if (!this.#newest) this.#firstUnsaved = Date.now();
    this.#newest = fields;
    this.#sendIn(Math.max(0, Math.min(PAUSE_MS, this.#firstUnsaved + AT_LATEST_MS - Date.now())));
  }

  /** The line is back. */
  again(): void {
    if (this.isBehind) this.#sendIn(0);
  }

  /** Quick exit: the last words go along, and nothing asks whether to stay (R22). */
  leave(): void {
    if (this.#newest) navigator.sendBeacon(this.#action, new URLSearchParams(this.#newest));
    this.stop();
  }

  /** The form itself is being sent: nothing older may arrive after it. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#newest = null;
  }

  #sendIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#send(), ms);
  }

  async #send(): Promise<void> {
    const fields = this.#newest;
    if (!fields || this.#isSending) return;
    this.#isSending = true;
    this.state = 'keeping';
    const arrived = await post(this.#action, fields);
    this.#isSending = false;
    if (arrived && this.#newest === fields) this.#newest = null;
    this.state = arrived ? 'kept' : 'not_kept';
    if (this.#newest) this.#sendIn(arrived ? PAUSE_MS : AGAIN_MS);
  }
}

async function post(action: string, fields: Record<string, string>): Promise<boolean> {
  try {
    const answer = await fetch(action, {
      method: 'POST',
      headers: { 'x-sveltekit-action': 'true' },
      body: new URLSearchParams(fields)
    });
    return answer.ok && ((await answer.json()) as { type: string }).type === 'success';
  } catch {
    // No line: the caller tries again, and the page says so.
    return false;
  }
}
