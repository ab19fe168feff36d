import { tokenRanges } from './words.ts';

/**
 * Colours words without touching the text: the CSS Custom Highlight API (CSSWG css-highlight-api-1) paints ranges, so a keystroke
 * changes one text node and nothing else. Where a browser has none of it, the text stands uncoloured.
 */
export type Light = 'said-now' | 'doubtful' | 'hidden-words';

const able = typeof CSS !== 'undefined' && 'highlights' in CSS;

function highlight(light: Light): Highlight {
  const found = CSS.highlights.get(light);
  if (found) return found;
  const made = new Highlight();
  CSS.highlights.set(light, made);
  return made;
}

const lit = new WeakMap<Element, Map<Light, Range[]>>();

/** Lights the words of an element at the given places, and no others of it. */
export function lightWords(element: HTMLElement, light: Light, places: readonly number[]): void {
  if (!able) return;
  putOut(element, light);
  const text = element.firstChild;
  if (!places.length || !(text instanceof Text)) return;
  const words = tokenRanges(text.data);
  const ranges = places.flatMap((place) => {
    const word = words[place];
    if (!word) return [];
    const range = new Range();
    range.setStart(text, word.start);
    range.setEnd(text, word.end);
    return [range];
  });
  for (const range of ranges) highlight(light).add(range);
  const own = lit.get(element) ?? new Map<Light, Range[]>();
  own.set(light, ranges);
  lit.set(element, own);
}

/** Takes a light, or all of them, from an element. */
export function putOut(element: HTMLElement, light?: Light): void {
  for (const [of, ranges] of lit.get(element) ?? []) {
    if (light && of !== light) continue;
    for (const range of ranges) highlight(of).delete(range);
    lit.get(element)!.delete(of);
  }
}

/** Where the caret stands in an element, in UTF-16 units; null when it is elsewhere. */
export function caretIn(element: HTMLElement): number | null {
  const selection = getSelection();
  if (!selection?.anchorNode || !element.contains(selection.anchorNode)) return null;
  const before = new Range();
  before.selectNodeContents(element);
  before.setEnd(selection.focusNode!, selection.focusOffset);
  return before.toString().length;
}

export function putCaret(element: HTMLElement, at: number): void {
  element.focus();
  const text = element.firstChild;
  if (text instanceof Text) getSelection()?.collapse(text, Math.min(at, text.length));
}

/** The first and last word that a selection inside an element touches; null where nothing is selected. */
export function selectedWords(element: HTMLElement): { first: number; last: number } | null {
  const selection = getSelection();
  if (!selection || selection.isCollapsed || !element.contains(selection.anchorNode)) return null;
  const ends = [selection.anchorNode, selection.focusNode].map((node, which) => {
    const before = new Range();
    before.selectNodeContents(element);
    if (node && element.contains(node)) before.setEnd(node, which ? selection.focusOffset : selection.anchorOffset);
    return before.toString().length;
  });
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const touched = tokenRanges(element.textContent).flatMap(({ start, end }, place) => (start < to && end > from ? [place] : []));
  return touched.length ? { first: touched[0]!, last: touched.at(-1)! } : null;
}
