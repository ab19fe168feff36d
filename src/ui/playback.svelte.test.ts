import { expect, it, vi } from 'vitest';
import { Playback } from './playback.svelte.ts';

vi.stubGlobal('HTMLMediaElement', { HAVE_METADATA: 1 });
vi.stubGlobal('requestAnimationFrame', () => 0);
vi.stubGlobal('cancelAnimationFrame', () => undefined);

/** As much of a media element as playing needs. */
class Element extends EventTarget {
  readyState = 0;
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  play = vi.fn(() => {
    this.paused = false;
    this.dispatchEvent(new Event('play'));
    return Promise.resolve();
  });
  pause = vi.fn(() => {
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  });
  load() {
    this.readyState = 1;
    this.dispatchEvent(new Event('loadedmetadata'));
  }
  reach(seconds: number) {
    this.currentTime = seconds;
    this.dispatchEvent(new Event('timeupdate'));
  }
}
const attach = (playback: Playback, element = new Element()) => {
  const detach = playback.attach(element as unknown as HTMLMediaElement);
  return { element, detach: detach as () => void };
};

it('R23 never plays by itself, and waits at the moment that was asked for', () => {
  const playback = new Playback();
  playback.seek(50.6);
  const { element } = attach(playback);
  expect(playback.at).toBe(50.6);
  element.load();
  expect(element.currentTime).toBe(50.6);
  expect(element.play).not.toHaveBeenCalled();
});

it('keeps its place when another element takes over, whether or not the first had loaded', () => {
  for (const loaded of [true, false]) {
    const playback = new Playback();
    const first = attach(playback);
    if (loaded) first.element.load();
    playback.seek(50.6);
    first.detach();
    const { element } = attach(playback);
    element.load();
    expect(element.currentTime).toBe(50.6);
  }
});

it('R38 passes over what is to be skipped while playing, and lets a listener go there while it stands', () => {
  const playback = new Playback((ms) => (ms >= 80_000 && ms < 112_000 ? 112_000 : null));
  const { element } = attach(playback);
  element.load();
  playback.seek(81);
  expect(element.currentTime).toBe(81);
  void playback.play();
  element.reach(81.2);
  expect(element.currentTime).toBe(112);
});

it('says when the recording cannot be played', async () => {
  const playback = new Playback();
  const { element } = attach(playback);
  element.play = vi.fn(() => Promise.reject(new DOMException('no', 'NotSupportedError')));
  await playback.play();
  expect(playback.broken).toBe(true);
});
