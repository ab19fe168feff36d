import fc from 'fast-check';
import { expect, it } from 'vitest';
import { paragraphs, positionsFor } from './paragraphs.ts';

it('makes a passage of each paragraph, and keeps lines inside one together', () => {
  expect(paragraphs('أوّلًا.\nوثانيًا.\n\n  \n\nوأخيرًا.\r\n\r\nSo.')).toEqual(['أوّلًا.\nوثانيًا.', 'وأخيرًا.', 'So.']);
  expect(paragraphs(' \n\n ')).toEqual([]);
});

it('loses no word of whatever is written, and makes no passage too long to keep', () => {
  const written = fc
    .array(fc.constantFrom('word', 'جملة.', '?', '\n\n', '\n', 'x'.repeat(9_000)), { maxLength: 30 })
    .map((parts) => parts.join(' '));
  fc.assert(
    fc.property(written, (body) => {
      const made = paragraphs(body);
      expect(made.join('').replace(/\s/g, '')).toBe(body.replace(/\s/g, ''));
      for (const passage of made) expect(passage.length).toBeLessThanOrEqual(20_000);
    })
  );
});

it('gives every passage a place in order and moves none that has one', () => {
  const kept = fc.array(fc.boolean(), { maxLength: 30 }).map((stays) => stays.map((stay, at) => (stay ? at * 2 + 1.5 : null)));
  fc.assert(
    fc.property(kept, (places) => {
      const positions = positionsFor(places);
      for (const [at, place] of places.entries()) if (place !== null) expect(positions[at]).toBe(place);
      for (const [at, position] of positions.entries()) if (at) expect(position).toBeGreaterThan(positions[at - 1]!);
    })
  );
});
