import fc from 'fast-check';
import { expect, it } from 'vitest';
import { exactTimecode, preciseTimecode, readTimecode } from './timecode.ts';

it('writes tenths of a second, and hours only where there are any', () => {
  expect(preciseTimecode(767_300)).toBe('12:47.3');
  expect(preciseTimecode(3_723_040)).toBe('1:02:03.0');
  expect(preciseTimecode(0)).toBe('00:00.0');
});

it('reads what people type', () => {
  expect(readTimecode('12:47.3')).toBe(767_300);
  expect(readTimecode(' ١:٠٢:٠٣ ')).toBe(3_723_000);
  expect(readTimecode('95,25')).toBe(95_250);
  for (const nonsense of ['', 'soon', '1:2:3:4', '-5', '1e3']) expect(readTimecode(nonsense)).toBeNaN();
});

it('reads back exactly what it wrote', () => {
  fc.assert(
    fc.property(fc.nat(360_000_000), (ms) => {
      expect(readTimecode(exactTimecode(ms))).toBe(ms);
    })
  );
});
