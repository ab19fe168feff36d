import { expect, it } from 'vitest';
import { lifeSteps } from './life.ts';
import { isCurrent } from './nav.ts';

const drawn = (state: Parameters<typeof lifeSteps>[0]) => lifeSteps(state).map((step) => `${step.state}:${step.place}`);

it('marks the present step, what is behind it and what is to come', () => {
  expect(drawn('approved')).toEqual(['submitted:done', 'in_review:done', 'approved:now', 'scheduled:next', 'published:next']);
  expect(drawn('changes_requested')[1]).toBe('changes_requested:now');
  expect(drawn('draft')[0]).toBe('draft:now');
});

it('ends where a testimony was declined or withdrawn', () => {
  expect(drawn('declined').at(-1)).toBe('declined:now');
  expect(drawn('withdrawn')).toEqual(['withdrawn:now']);
});

it('knows which section a page lies in', () => {
  expect(isCurrent('/ar/places', '/ar/places/qalaa')).toBe(true);
  expect(isCurrent('/ar', '/ar/places')).toBe(false);
  expect(isCurrent('/ar', '/ar')).toBe(true);
  expect(isCurrent('/ar/desk', '/ar/desks')).toBe(false);
});
