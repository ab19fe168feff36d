import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chromium, type Browser } from '@playwright/test';
import { BROWSER_FLAGS, BROWSER_PATH } from '../../playwright.config.ts';

export type MortalBrowser = { browser: Browser; kill: () => Promise<void> };

const alive = new Set<MortalBrowser>();

/** For after a test that failed half-way: nothing stays behind. */
export async function killAll(): Promise<void> {
  for (const each of alive) await each.kill();
}

/** A browser that can be killed with -9 and started again with the same profile, as a phone whose battery dies. */
export async function mortalBrowser(profile: string, voice?: string): Promise<MortalBrowser> {
  const child: ChildProcess = spawn(
    BROWSER_PATH!,
    [
      ...BROWSER_FLAGS,
      '--headless=new',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      ...(voice ? [`--use-file-for-fake-audio-capture=${voice}%noloop`] : []),
      'about:blank'
    ],
    { stdio: ['ignore', 'ignore', 'pipe'], detached: true }
  );
  let said = '';
  const address = await new Promise<string>((found, failed) => {
    child.stderr!.on('data', (text) => {
      said += text;
      const match = /DevTools listening on (ws:\S+)/.exec(said);
      if (match) found(match[1]!);
    });
    child.once('exit', () => failed(new Error('the browser did not start')));
  });
  const mortal: MortalBrowser = {
    browser: await chromium.connectOverCDP(address),
    kill: async () => {
      alive.delete(mortal);
      process.kill(-child.pid!, 'SIGKILL');
      await once(child, 'exit');
    }
  };
  alive.add(mortal);
  return mortal;
}
