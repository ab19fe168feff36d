import { expect, it } from 'vitest';
import { READING_LIMIT_MS } from '#engines/transcriber/openai-http.server.ts';
import { DomainError } from '#platform/errors.ts';
import { QUEUES } from '#platform/queues.ts';
import { askPatiently, LONGEST_WAIT_MS } from './ask-patiently.server.ts';

const never = new AbortController().signal;
const busy = (retryAfterSeconds: number) => new DomainError('engine_busy', { retryAfterSeconds });

/** Answers after it was busy as long as told, and notes how long it was waited for. */
function engine(...busyFor: number[]) {
  const waits: number[] = [];
  const ask = async () => {
    const seconds = busyFor.shift();
    if (seconds !== undefined) throw busy(seconds);
    return 'heard';
  };
  return { waits, answer: askPatiently(ask, never, async (ms) => void waits.push(ms)) };
}

it('waits for a busy engine as long as it says', async () => {
  const { waits, answer } = engine(2, 15, 3_600);
  expect(await answer).toBe('heard');
  expect(waits).toEqual([2_000, 15_000, 3_600_000]);
});

it('gives the job back to the queue when an engine is busy without end', async () => {
  const { waits, answer } = engine(...Array<number>(1_000).fill(60));
  await expect(answer).rejects.toMatchObject({ code: 'engine_busy' });
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBe(LONGEST_WAIT_MS);
});

it('waits for nothing else', async () => {
  await expect(askPatiently(() => Promise.reject(new DomainError('engine_down')), never)).rejects.toMatchObject({ code: 'engine_down' });
});

it('stops waiting when the worker stops', async () => {
  const aborter = new AbortController();
  const answer = askPatiently(() => Promise.reject(busy(3_600)), aborter.signal);
  aborter.abort(new Error('stopping'));
  await expect(answer).rejects.toThrow('aborted');
});

it('gives a job all the time that waiting, hearing and hearing in English may take, and knows a dead worker in half a minute', () => {
  const { expireInSeconds, heartbeatSeconds } = QUEUES['transcribe-piece'];
  expect(expireInSeconds * 1_000).toBeGreaterThan(LONGEST_WAIT_MS + 2 * READING_LIMIT_MS);
  expect(heartbeatSeconds).toBeLessThanOrEqual(30);
});
