import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { forgetThisTelling, keepForNow, recall } from './this-telling.ts';

beforeEach(() => {
  const kept: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => kept[key] ?? null,
    setItem: (key: string, value: string) => void (kept[key] = value),
    removeItem: (key: string) => void delete kept[key]
  };
  // As a browser's: what is kept are its own keys, what it can do is not.
  vi.stubGlobal('sessionStorage', new Proxy(kept, { get: (_, name: keyof typeof methods) => methods[name] }));
});
afterEach(() => vi.unstubAllGlobals());

it('R22 forgets what was chosen for a telling, of whomever, and leaves what is not its own', () => {
  keepForNow('one', 'prompts', 'place');
  keepForNow('another', 'framing', 'hands');
  sessionStorage.setItem('left', '1');
  expect([recall('one', 'prompts'), recall('another', 'framing'), recall('one', 'framing')]).toEqual(['place', 'hands', null]);
  forgetThisTelling();
  expect([recall('one', 'prompts'), recall('another', 'framing'), sessionStorage.getItem('left')]).toEqual([null, null, '1']);
});
