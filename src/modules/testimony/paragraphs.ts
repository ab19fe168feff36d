/** The longest passage that the database takes. */
const LONGEST = 20_000;

/** A statement's paragraphs in order: what stands between empty lines. One that is too long for a passage is cut after a sentence. */
export function paragraphs(body: string): string[] {
  return body
    .split(/\r?\n\s*\r?\n/)
    .map((paragraph) => paragraph.trim())
    .filter(Boolean)
    .flatMap(inPassages);
}

function inPassages(paragraph: string): string[] {
  const passages: string[] = [];
  let rest = paragraph;
  while (rest.length > LONGEST) {
    const head = rest.slice(0, LONGEST);
    const sentence = Math.max(...['. ', '؟ ', '! ', '? ', '。'].map((end) => head.lastIndexOf(end)));
    const cut = sentence > 0 ? sentence + 1 : Math.max(head.lastIndexOf(' '), LONGEST / 2);
    passages.push(rest.slice(0, cut).trim());
    rest = rest.slice(cut).trim();
  }
  return rest ? [...passages, rest] : passages;
}

/**
 * A position for each of a row of passages, ascending: those that have one keep it, the others are put evenly between.
 * @param kept ascending where not null
 */
export function positionsFor(kept: readonly (number | null)[]): number[] {
  const positions: number[] = [];
  let before = 0;
  while (positions.length < kept.length) {
    const from = positions.length;
    const next = kept.findIndex((position, place) => place >= from && position !== null);
    const run = (next < 0 ? kept.length : next) - from;
    const after = next < 0 ? before + run + 1 : kept[next]!;
    for (let place = 1; place <= run; place++) positions.push(before + ((after - before) * place) / (run + 1));
    if (next >= 0) positions.push(after);
    before = after;
  }
  return positions;
}
