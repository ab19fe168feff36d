import { execFile } from 'node:child_process';
import { stat, statfs } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Env } from '#platform/env.ts';
import { attention, good, isHere, wrong, type Finding } from './finding.ts';

const run = promisify(execFile);

/** Programs, what says their version, and what does without them. */
const PROGRAMS = [
  ['ffmpeg', ['-version'], 'There are no renditions and no redactions without it.'],
  ['ffprobe', ['-version'], 'No recording is taken in without it.'],
  ['apertium', ['-V'], 'The local translator does without.'],
  ['python3', ['--version'], 'The local speech engine does without.']
] as const;

/** What only our own user may read. */
const PRIVATE = ['secrets.json', 'archive.env', 'auth', 'media', 'uploads', 'outbox'];
const LITTLE = 10e9;
const TOO_LITTLE = 2e9;

/** This machine: programs, room, who may read the data folder, and how the archive is reached. */
export async function lookAtMachine(env: Env, search = process.env.PATH): Promise<Finding[]> {
  return [...(await programs(search)), ...(await room(env.SAWT_DATA)), ...(await folder(env.SAWT_DATA)), ...address(env)];
}

async function programs(search: string | undefined): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, args, without] of PROGRAMS) {
    try {
      const { stdout, stderr } = await run(name, args, { env: { PATH: search } });
      findings.push(good(name, `${(stdout || stderr).split('\n')[0]!.replace(/ Copyright.*/, '')}.`));
    } catch {
      const needed = name.startsWith('ff');
      findings.push((needed ? wrong : attention)(name, `${name} is not here. ${without}`, `Install ${name}.`));
    }
  }
  return findings;
}

async function room(data: string): Promise<Finding[]> {
  const { bavail, bsize } = await statfs(data);
  const free = bavail * bsize;
  const says = `${(free / 1e9).toFixed(0)} GB are free in SAWT_DATA.`;
  if (free > LITTLE) return [good('disk', says)];
  return [(free < TOO_LITTLE ? wrong : attention)('disk', says, 'Make room: recordings gather here.')];
}

async function folder(data: string): Promise<Finding[]> {
  const open: string[] = [];
  for (const name of PRIVATE) {
    const found = await stat(path.join(data, name)).catch(() => null);
    if (found && found.mode & 0o077) open.push(name);
  }
  if (!open.length) return [good('data folder', 'Only the archive’s own user may read what lies there.')];
  return [
    wrong(
      'data folder',
      `Others on this machine may read ${open.join(', ')}.`,
      `chmod -R go-rwx ${open.map((name) => path.join(data, name)).join(' ')}`
    )
  ];
}

function address({ ORIGIN, HOST }: Env): Finding[] {
  const { protocol, hostname } = new URL(ORIGIN);
  const findings: Finding[] = [];
  if (protocol === 'http:' && !isHere(hostname))
    findings.push(
      wrong(
        'address',
        'ORIGIN begins with http: everyone on the way can listen.',
        'Put a proxy with TLS in front, and name ORIGIN with https.'
      )
    );
  else
    findings.push(
      good('address', protocol === 'https:' ? 'The archive is reached by https.' : 'The archive is reached on this machine only.')
    );
  if (!isHere(HOST))
    findings.push(attention('address', 'The web listens to other machines (HOST).', 'Let only the proxy reach that port.'));
  return findings;
}
