import { untrack } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/**
 * One media element and what a page shows of it. It never starts by itself: only `play` and `toggle`, called from a click or key, do.
 */
export class Playback {
  /** Seconds; follows the element many times a second while it plays, so that single words can be lit. */
  at = $state(0);
  playing = $state(false);
  /** The element could not read its source. */
  broken = $state(false);
  rate = $state(1);

  #element: HTMLMediaElement | null = null;
  /** Asked for before the element knew its length. */
  #wanted: number | null = null;
  readonly #skip: (ms: number) => number | null;

  /** @param skip where to go on when playing has run to `ms`; null: go on here */
  constructor(skip: (ms: number) => number | null = () => null) {
    this.#skip = skip;
  }

  /** For `{@attach}`; reads no state of its own, so that only a new element attaches anew. */
  readonly attach: Attachment<HTMLMediaElement> = (element) => untrack(() => this.#attach(element));

  #attach(element: HTMLMediaElement) {
    this.#element = element;
    this.broken = false;
    element.playbackRate = this.rate;
    // Where the page already is: an address's moment, or what an element that this one replaces had come to.
    if (this.at > 0) this.seek(this.at);

    let frame = 0;
    const follow = () => {
      this.#follow(element);
      if (!element.paused) frame = requestAnimationFrame(follow);
    };
    const listeners = {
      loadedmetadata: () => this.#wanted !== null && this.seek(this.#wanted),
      timeupdate: () => this.#follow(element),
      seeked: () => this.#follow(element),
      play: () => {
        this.playing = true;
        follow();
      },
      pause: () => {
        this.playing = false;
      },
      error: () => {
        this.broken = true;
      }
    };
    for (const [type, listener] of Object.entries(listeners)) element.addEventListener(type, listener);
    return () => {
      cancelAnimationFrame(frame);
      for (const [type, listener] of Object.entries(listeners)) element.removeEventListener(type, listener);
      if (this.#element === element) this.#element = null;
      this.playing = false;
    };
  }

  #follow(element: HTMLMediaElement) {
    if (this.#wanted !== null) return;
    const after = element.paused ? null : this.#skip(element.currentTime * 1000);
    if (after === null) this.at = element.currentTime;
    else this.seek(after / 1000);
  }

  seek(seconds: number): void {
    this.at = seconds;
    const ready = this.#element && this.#element.readyState >= HTMLMediaElement.HAVE_METADATA;
    this.#wanted = ready ? null : seconds;
    if (ready) this.#element!.currentTime = seconds;
  }

  /** Refused by the browser or unreadable: the page says so and the text stays. */
  async play(): Promise<void> {
    try {
      await this.#element?.play();
    } catch (error) {
      // Another pause or a new source came in between: nobody is waiting for this one.
      if (!(error instanceof DOMException && error.name === 'AbortError')) this.broken = true;
    }
  }

  pause(): void {
    this.#element?.pause();
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.#element) this.#element.playbackRate = rate;
  }
}
