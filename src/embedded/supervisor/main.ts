import { inviteFirstAdmin } from '#modules/identity/invite-first-admin.server.ts';
import { readEnv } from '#platform/env.ts';
import { startArchive, type Archive, type ArchiveEvent, type Lack } from './archive.ts';
import { dataFolder } from './data-folder.ts';

/** What `npm start` becomes after its checks: runs the archive until SIGTERM or SIGINT, and tells the person at the terminal. */
const say = (line = '') => console.log(line);

function tell(event: ArchiveEvent): void {
  switch (event.event) {
    case 'installing':
      return say(`${event.line} …`);
    case 'migrated':
      return say(`Database: ${event.versions} migrations applied.`);
    case 'orphans_stopped':
      return say(`Stopped what an earlier run left behind: ${event.parts.join(', ')}.`);
    case 'died':
      return say(`${event.part} ended (${event.signal ?? `code ${event.code}`}); starting it again in ${event.again_in_ms / 1000} s.`);
    case 'hung':
      return say(`${event.part} no longer answers; starting it again.`);
    case 'postgres_died':
      return say('The database ended; starting it again.');
    case 'postgres_gave_up':
      return say(`The database does not start any more: ${event.message}`);
  }
}

/** What start.mjs found missing of the system's programs. */
function systemLacks(): Lack[] {
  const missing = JSON.parse(process.env.SAWT_MISSING || '[]') as { what: string; packages: string[] }[];
  const remedy = process.env.SAWT_MISSING_HOW;
  return missing.map(({ what, packages }) => ({
    why: `${packages.join(', ')} is not here, which ${what} need.`,
    ...(remedy && { remedy })
  }));
}

/** Until somebody has come in as an administrator, every start gives the link that lets them. */
async function tellInvitation({ settings, origin }: Archive): Promise<void> {
  const ownerUrl = settings.DATABASE_OWNER_URL;
  if (!ownerUrl || !settings.SUPABASE_SECRET_KEY) return;
  const { hostname } = new URL(origin);
  const email = process.env.SAWT_ADMIN || `admin@${/\.[a-z]+$/i.test(hostname) ? hostname : 'archive.localhost'}`;
  try {
    const link = await inviteFirstAdmin({ env: readEnv(settings), ownerUrl }, { email, locale: firstLocale() });
    if (link) say(`\nThe first administrator (${email}) comes in here:\n  ${link}`);
  } catch (error) {
    say(`\nNo invitation for the first administrator could be made: ${error instanceof Error ? error.message : error}`);
  }
}

/** The language of whoever reads this terminal, where we speak it. */
const firstLocale = () => (/^ar/.test(process.env.LC_ALL || process.env.LC_MESSAGES || process.env.LANG || '') ? 'ar' : 'en');

async function main(): Promise<number> {
  const { folder, elsewhere } = await dataFolder();
  if (elsewhere) say(`Everything is kept in ${folder}: Postgres does not run as root and cannot enter a folder under this one.`);

  let asked: (() => void) | null = null;
  const stopAsked = new Promise<void>((resolve) => (asked = resolve));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => asked?.());

  // Asked to stop while starting: what was begun is brought up first, so that it can be stopped in order.
  const archive = await startArchive({ folder, onEvent: tell });
  say(`\nThe archive is open at ${archive.origin}`);
  say(`Data and logs: ${folder}`);
  for (const { why, remedy } of [...archive.lacks, ...systemLacks()]) say(`\nWithout: ${why}${remedy ? `\n  To get it: ${remedy}` : ''}`);
  await tellInvitation(archive);
  say('\nStop it with Ctrl-C.');

  const lost = await Promise.race([stopAsked.then(() => null), archive.lost]);
  say('\nStopping …');
  await archive.stop();
  if (lost !== null) return 1;
  say('Stopped.');
  return 0;
}

try {
  process.exitCode = await main();
  // Nothing is left to do; a pooled connection somewhere must not keep the terminal.
  process.exit();
} catch (error) {
  console.error(`\n${error instanceof Error ? error.message : error}`);
  process.exit(1);
}
