import type { ByteRange } from '#engines/store/port.ts';

/**
 * So much is answered at most to "from here to the end", which is how browsers ask for media. They ask again for the rest, and each
 * time the database is asked whether it may still be seen: a withdrawal is noticed within seconds by whoever is watching (R10).
 */
export const LONGEST_OPEN_RANGE = 4 * 1024 * 1024;

/** `whole`: no range that counts was asked for. */
export type RangeAnswer = { kind: 'whole' } | { kind: 'part'; range: ByteRange } | { kind: 'unsatisfiable' };

/**
 * What a Range header asks of a file (RFC 9110, 14.1.2 and 14.2). Several ranges, other units and broken ones are answered with the
 * whole, as the standard allows.
 */
export function rangeAsked(header: string | null, bytes: number): RangeAnswer {
  const [, first, last] = header?.match(/^bytes=(\d{0,16})-(\d{0,16})$/i) ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return { kind: 'whole' };
  if (first === '') return suffix(Number(last), bytes);
  const start = Number(first);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  if (start >= bytes) return { kind: 'unsatisfiable' };
  const end = last === '' ? start + LONGEST_OPEN_RANGE - 1 : Number(last);
  return { kind: 'part', range: { start, end: Math.min(end, bytes - 1) } };
}

function suffix(length: number, bytes: number): RangeAnswer {
  if (length === 0 || bytes === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', range: { start: Math.max(0, bytes - length), end: bytes - 1 } };
}
