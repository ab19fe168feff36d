import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/**
 * A program the archive can use and npm cannot bring.
 *
 * @typedef {{ packages: string[], for: string, isThere: () => boolean }} SystemPart
 */

const answers = (command, ...args) => spawnSync(command, args, { stdio: 'ignore' }).status === 0;

/** What `npm start` wants of the system. Without one of them the rest works, and the desk says "needs a human". */
export const ARCHIVE_PARTS = [
  {
    packages: ['ffmpeg'],
    for: 'renditions, redactions and waveforms',
    isThere: () => answers('ffmpeg', '-version') && answers('ffprobe', '-version')
  },
  {
    packages: ['apertium', 'apertium-eng-spa'],
    for: 'English↔Spanish drafts',
    isThere: () => answers('sh', '-c', 'command -v apertium') && existsSync('/usr/share/apertium/modes/eng-spa.mode')
  },
  { packages: ['python3', 'python3-venv'], for: 'the speech engine', isThere: () => answers('python3', '-c', 'import venv, ensurepip') }
];

/** What `npm test` and `npm run sample` want besides: a browser, and two voices. */
export const TEST_PARTS = [
  {
    packages: ['chromium'],
    for: 'the journeys',
    isThere: () =>
      Boolean(process.env.SAWT_CHROMIUM) ||
      ['chromium', 'chromium-browser', 'google-chrome'].some((name) => answers('sh', '-c', `command -v ${name}`))
  },
  { packages: ['openssl'], for: 'certificates of mail servers in tests', isThere: () => answers('openssl', 'version') },
  { packages: ['flite'], for: 'an English voice', isThere: () => answers('sh', '-c', 'command -v flite') },
  { packages: ['espeak-ng'], for: 'an Arabic voice', isThere: () => answers('sh', '-c', 'command -v espeak-ng') },
  {
    packages: ['fonts-noto-core'],
    for: 'Arabic letters in pictures',
    isThere: () => !answers('sh', '-c', 'command -v fc-list') || answers('sh', '-c', 'fc-list :lang=ar | grep -q .')
  }
];

/**
 * Installs what is missing where we may (root on a Debian-like system), and says how to get it where we may not.
 *
 * @param {SystemPart[]} parts
 * @param {(line: string) => void} say
 * @returns {{ missing: SystemPart[], how: string | null }} what is still not there, and the one line that brings it
 */
export function installSystemParts(parts, say) {
  let missing = parts.filter((part) => !part.isThere());
  if (missing.length === 0) return { missing, how: null };

  const debian = existsSync('/usr/bin/apt-get');
  if (debian && process.getuid?.() === 0) {
    say(`Installing ${missing.flatMap((part) => part.packages).join(' ')} …`);
    aptGet('update');
    if (!aptInstall(missing.flatMap((part) => part.packages))) for (const part of missing) aptInstall(part.packages);
    missing = parts.filter((part) => !part.isThere());
    for (const part of missing) say(`  Not to be had: ${part.packages.join(' ')} (${part.for}). The rest goes on.`);
  }
  const names = missing.flatMap((part) => part.packages).join(' ');
  const how = missing.length === 0 ? null : debian ? `sudo apt-get install -y ${names}` : `install with your system's packages: ${names}`;
  return { missing, how };
}

const aptInstall = (packages) => aptGet('install', '-y', '--no-install-recommends', ...packages);

const aptGet = (...args) =>
  spawnSync('apt-get', ['-qq', '-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', ...args], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  }).status === 0;
