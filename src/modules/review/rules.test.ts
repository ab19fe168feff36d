import { expect, it } from 'vitest';
import { STATES } from '#modules/testimony/rules.ts';
import { waitsFor, type Standing } from './rules.ts';

const ready: Standing = {
  state: 'in_review',
  needsHuman: false,
  sealed: true,
  rendered: true,
  riskAssessed: true,
  approvals: 0,
  unread: 0
};

it('names the first thing that stands in the way', () => {
  expect(waitsFor({ ...ready, state: 'submitted' })).toBe('triage');
  expect(waitsFor({ ...ready, state: 'submitted', needsHuman: true })).toBe('linguist');
  expect(waitsFor({ ...ready, sealed: false, rendered: false })).toBe('redaction');
  expect(waitsFor({ ...ready, rendered: false })).toBe('rendition');
  expect(waitsFor({ ...ready, riskAssessed: false })).toBe('risk');
  expect(waitsFor(ready)).toBe('first_decision');
  expect(waitsFor({ ...ready, approvals: 1 })).toBe('second_decision');
  expect(waitsFor({ ...ready, unread: 2 })).toBe('reply');
  expect(waitsFor({ ...ready, state: 'changes_requested' })).toBe('contributor');
  expect(waitsFor({ ...ready, state: 'scheduled' })).toBe('cooling_off');
});

it('waits for nothing at the end of a life', () => {
  const over = STATES.filter((state) => waitsFor({ ...ready, state }) === 'nothing');
  expect(over).toEqual(['draft', 'published', 'declined', 'withdrawn']);
});
