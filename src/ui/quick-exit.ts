/** Where quick exit leads: a page anyone may have open, in the language of this one. */
export const neutralPage = (locale: string): string => `https://${locale}.wikipedia.org/`;

const LEFT = 'left';
const PRESSES = 3;
const WITHIN_MS = 1_500;

/**
 * Leaves at once: the page is emptied before the network answers, its history entry is replaced, and coming back by the Back button
 * leads away again (see {@link stayAway}). `quickexit` is fired on window first, so that a recorder may close its file.
 */
export function leave(to: string): void {
  window.dispatchEvent(new Event('quickexit'));
  document.title = ' ';
  document.documentElement.hidden = true;
  sessionStorage.setItem(LEFT, '1');
  window.location.replace(to);
}

/** After a quick exit, entries of ours that are still in this tab's history lead away too, until an address is opened anew. */
export function stayAway(to: string): void {
  if (!sessionStorage.getItem(LEFT)) return;
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  if (navigation?.type === 'back_forward') leave(to);
  else sessionStorage.removeItem(LEFT);
}

/**
 * Counts presses of Shift alone: the third within a second and a half calls `act`. Any other key starts the count anew, so that
 * typing capital letters never leaves.
 */
export function onThreeShifts(act: () => void): (event: Pick<KeyboardEvent, 'key' | 'timeStamp' | 'repeat' | 'type'>) => void {
  let presses: number[] = [];
  let alone = false;
  return ({ key, timeStamp, repeat, type }) => {
    if (key !== 'Shift') {
      alone = false;
      presses = [];
    } else if (type === 'keydown') {
      if (!repeat) alone = true;
    } else if (alone) {
      presses = [...presses.filter((at) => timeStamp - at < WITHIN_MS), timeStamp];
      if (presses.length >= PRESSES) act();
    }
  };
}

/**
 * Makes a link the way out of its page: a tap, Shift three times, and Back to a page that was left. Without script it stays a link.
 * @returns undoes it
 */
export function wayOut(link: HTMLAnchorElement): () => void {
  const out = new AbortController();
  const listening = { signal: out.signal };
  const shifts = onThreeShifts(() => leave(link.href));
  link.addEventListener('click', (event) => (event.preventDefault(), leave(link.href)), listening);
  window.addEventListener('keydown', shifts, listening);
  window.addEventListener('keyup', shifts, listening);
  window.addEventListener('pageshow', (event) => event.persisted && stayAway(link.href), listening);
  stayAway(link.href);
  return () => out.abort();
}
