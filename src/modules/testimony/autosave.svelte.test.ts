import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Autosave } from './autosave.svelte.ts';

/** What reached the archive, in order; `answer` decides about each. */
let arrived: string[] = [];
let answer: () => Promise<Response>;
const kept = () => Promise.resolve(new Response(JSON.stringify({ type: 'success' })));

beforeEach(() => {
  vi.useFakeTimers();
  arrived = [];
  answer = kept;
  vi.stubGlobal('fetch', async (_action: string, { body }: { body: URLSearchParams }) => {
    const response = await answer();
    arrived.push(body.get('body')!);
    return response;
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('R21 keeps the words after a pause, the newest only', async () => {
  const autosave = new Autosave('?/save');
  autosave.changed({ body: 'a' });
  await vi.advanceTimersByTimeAsync(500);
  autosave.changed({ body: 'ab' });
  expect(autosave.isBehind).toBe(true);
  await vi.advanceTimersByTimeAsync(900);
  expect(arrived).toEqual(['ab']);
  expect([autosave.state, autosave.isBehind]).toEqual(['kept', false]);
});

it('R21 does not wait for ever for a pause', async () => {
  const autosave = new Autosave('?/save');
  for (let typed = 1; typed <= 40; typed += 1) {
    autosave.changed({ body: 'a'.repeat(typed) });
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(arrived.length).toBeGreaterThanOrEqual(1);
});

it('R21 sends again what did not arrive, and says so', async () => {
  const autosave = new Autosave('?/save');
  answer = () => Promise.reject(new TypeError('offline'));
  autosave.changed({ body: 'words' });
  await vi.advanceTimersByTimeAsync(1_000);
  expect([autosave.state, autosave.isBehind]).toEqual(['not_kept', true]);
  answer = kept;
  autosave.again();
  await vi.advanceTimersByTimeAsync(100);
  expect(arrived).toEqual(['words']);
  expect([autosave.state, autosave.isBehind]).toEqual(['kept', false]);
});

it('sends nothing older after the form itself', async () => {
  const autosave = new Autosave('?/save');
  autosave.changed({ body: 'older' });
  autosave.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(arrived).toEqual([]);
});

it('R22 takes the last words along at a quick exit, and holds nobody up', async () => {
  const sent: string[] = [];
  vi.stubGlobal('navigator', { sendBeacon: (_action: string, fields: URLSearchParams) => sent.push(fields.get('body')!) });
  const autosave = new Autosave('?/save');
  autosave.changed({ body: 'last words' });
  autosave.leave();
  expect(sent).toEqual(['last words']);
  expect(autosave.isBehind).toBe(false);
});
