import { expect, it, vi } from 'vitest';
import { onThreeShifts } from './quick-exit.ts';

const press = (handle: ReturnType<typeof onThreeShifts>, key: string, timeStamp: number) => {
  handle({ key, timeStamp, repeat: false, type: 'keydown' });
  handle({ key, timeStamp: timeStamp + 20, repeat: false, type: 'keyup' });
};

it('R22 leaves at the third Shift', () => {
  const act = vi.fn();
  const handle = onThreeShifts(act);
  press(handle, 'Shift', 0);
  press(handle, 'Shift', 300);
  expect(act).not.toHaveBeenCalled();
  press(handle, 'Shift', 600);
  expect(act).toHaveBeenCalledOnce();
});

it('R22 does not leave while someone types capitals', () => {
  const act = vi.fn();
  const handle = onThreeShifts(act);
  for (let at = 0; at < 900; at += 300) {
    handle({ key: 'Shift', timeStamp: at, repeat: false, type: 'keydown' });
    press(handle, 'A', at + 50);
    handle({ key: 'Shift', timeStamp: at + 100, repeat: false, type: 'keyup' });
  }
  expect(act).not.toHaveBeenCalled();
});

it('R22 forgets presses that lie far apart', () => {
  const act = vi.fn();
  const handle = onThreeShifts(act);
  for (const at of [0, 1_000, 2_000, 3_000]) press(handle, 'Shift', at);
  expect(act).not.toHaveBeenCalled();
});
