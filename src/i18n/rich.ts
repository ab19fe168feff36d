export interface RichPart {
  tag: 'b' | 'bdi' | null;
  text: string;
}

/** Splits a message at its `<b>` and `<bdi>`; they do not nest. The parts' texts are shown as text, never as markup. */
export function richParts(message: string): RichPart[] {
  return message
    .split(/(<b>.*?<\/b>|<bdi>.*?<\/bdi>)/s)
    .filter((piece) => piece !== '')
    .map((piece) => {
      const found = /^<(b|bdi)>(.*)<\/\1>$/s.exec(piece);
      return found ? { tag: found[1] as 'b' | 'bdi', text: found[2]! } : { tag: null, text: piece };
    });
}
