import fc from 'fast-check';
import { expect, it } from 'vitest';
import { locate } from './locate.ts';

it('finds any range of bytes in the pieces they were written in', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 9 }), { maxLength: 12 });
  fc.assert(
    fc.property(pieces, fc.nat(60), fc.nat(60), (written, a, b) => {
      const whole = written.flatMap((piece) => [...piece]);
      const [start, end] = [Math.min(a, b), Math.max(a, b)];
      const read = locate(
        written.map((piece) => piece.length),
        start,
        end
      ).flatMap(({ index, from, to }) => [...written[index]!.slice(from, to)]);
      expect(read).toEqual(whole.slice(start, end));
    })
  );
});

it('touches only the pieces that it needs', () => {
  expect(locate([10, 10, 10], 12, 18)).toEqual([{ index: 1, from: 2, to: 8 }]);
  expect(locate([10, 0, 10], 9, 11)).toEqual([
    { index: 0, from: 9, to: 10 },
    { index: 2, from: 0, to: 1 }
  ]);
});
