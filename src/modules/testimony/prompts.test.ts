import fc from 'fast-check';
import { expect, it } from 'vitest';
import { orderOf, PROMPTS, restored, skipped, sooner } from './prompts.ts';

it('R17 any prompt can be left out by itself, all of them too, and all come back', () => {
  const without = skipped(orderOf(null), 'day');
  expect(without.shown).toEqual(PROMPTS.filter((prompt) => prompt !== 'day'));
  expect(without.skipped).toEqual(['day']);
  const none = PROMPTS.reduce(skipped, orderOf(null));
  expect(none.shown).toEqual([]);
  expect(restored(none)).toEqual({ shown: PROMPTS, skipped: [] });
});

it('R18 the person puts them in any order', () => {
  const order = sooner(sooner(orderOf(null), 'strength'), 'strength');
  expect(order.shown.slice(0, 3)).toEqual(['strength', 'person', 'day']);
  expect(sooner(order, 'strength'), 'the first stays first').toEqual(order);
  expect(orderOf(JSON.stringify(skipped(order, 'day')))).toEqual(skipped(order, 'day'));
});

it('R17 whatever lies on the phone, each prompt is in one of both lists, once', () => {
  const kept = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({ shown: fc.array(fc.constantFrom(...PROMPTS, 'x')), skipped: fc.array(fc.constantFrom(...PROMPTS)) })
      .map((each) => JSON.stringify(each))
  );
  fc.assert(
    fc.property(kept, (text) => {
      const order = orderOf(text);
      expect([...order.shown, ...order.skipped].toSorted()).toEqual(PROMPTS.toSorted());
    })
  );
});
