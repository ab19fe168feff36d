import { expect, it } from 'vitest';
import { besides } from './beside.ts';

it('shows the language asked for, else one there is, else one the archive speaks; never the testimony’s own', () => {
  expect(besides('ar', ['en'], null)).toEqual({ into: 'en', choices: ['en'] });
  expect(besides('en', [], null)).toEqual({ into: 'ar', choices: ['ar'] });
  expect(besides('en', ['es'], 'ar')).toEqual({ into: 'ar', choices: ['ar', 'es'] });
  expect(besides('en', ['es'], 'xx')).toEqual({ into: 'es', choices: ['ar', 'es'] });
  expect(besides('ku', [], 'ku')).toEqual({ into: 'en', choices: ['ar', 'en'] });
});
