import * as v from 'valibot';
import { expect, it } from 'vitest';
import { parseForm } from './forms.server.ts';

const sent = (body: string) =>
  new Request('http://archive/', { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
const Any = v.record(v.string(), v.any());

it('takes a field once as it is, twice as a list, and a name that ends in [] always as one', async () => {
  expect(await parseForm(sent('one=1&two=1&two=2&two=3&list[]=1'), Any)).toEqual({ one: '1', two: ['1', '2', '3'], list: ['1'] });
});

it('takes names that every object knows as fields like any other', async () => {
  const Named = v.object({ toString: v.optional(v.string()), word: v.string() });
  expect(await parseForm(sent('toString=1&__proto__[]=2&constructor[]=3&word=4'), Named)).toEqual({ toString: '1', word: '4' });
  expect({}).not.toHaveProperty('2');
});

it('reads a long form in a moment, whatever it repeats', async () => {
  const before = performance.now();
  const form = await parseForm(sent('a&'.repeat(60_000)), Any);
  expect(form['a']).toHaveLength(60_000);
  expect(performance.now() - before).toBeLessThan(5_000);
});
