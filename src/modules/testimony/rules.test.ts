import fc from 'fast-check';
import { expect, it } from 'vitest';
import { everyStep, next, STATES, type State, type Step } from './rules.ts';

const steps: Step[] = ['submit', 'take', 'ask_changes', 'approve', 'decline', 'schedule', 'publish', 'hold'];

it('R31 reaches published only through approved, whatever is tried in whatever order', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...steps), { maxLength: 40 }), (tried) => {
      const life: State[] = ['draft'];
      for (const step of tried) {
        const state = next(life.at(-1)!, step);
        if (state) life.push(state);
      }
      if (life.includes('published')) expect(life.slice(-3)).toEqual(['approved', 'scheduled', 'published']);
    })
  );
});

it('R9 lets a person withdraw from every state but withdrawn', () => {
  const withdrawals = everyStep().filter(({ to }) => to === 'withdrawn');
  expect(withdrawals.map(({ from }) => from)).toEqual(STATES.filter((state) => state !== 'withdrawn'));
});

it('leaves declined and withdrawn for good', () => {
  for (const step of steps) {
    expect(next('declined', step)).toBeNull();
    expect(next('withdrawn', step)).toBeNull();
  }
});
