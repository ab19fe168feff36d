import { chmodSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { openDeps } from '#engines/engines.server.ts';
import { addFacility } from '#modules/vocabulary/keep-facilities.server.ts';
import { addTheme } from '#modules/vocabulary/keep-themes.server.ts';
import { NewFacility } from '#modules/vocabulary/schema.ts';
import { openDatabase } from '#platform/db.server.ts';
import { readEnv } from '#platform/env.ts';
import { closeQueue, openQueue } from '#platform/jobs.server.ts';
import * as v from 'valibot';
import { review, type Desk } from './sample/desk.ts';
import { withArchive } from './sample/running-archive.ts';
import { comeToDesk, hireStaff, type SampleAccount } from './sample/staff.ts';
import { tell, type Told } from './sample/telling.ts';
import { FACILITIES, TESTIMONIES, THEMES } from './sample/testimonies.ts';

/**
 * `npm run sample`: a dozen invented testimonies, each brought as far as it is said to go by the archive's own use cases and
 * workers, and an account of every role. Starts the archive for the time it takes when it is not running.
 */
async function fill(folder: string): Promise<void> {
  const env = readEnv();
  const ownerUrl = process.env.DATABASE_OWNER_URL;
  if (!ownerUrl || !env.SUPABASE_SECRET_KEY) throw new Error('The sample needs DATABASE_OWNER_URL and SUPABASE_SECRET_KEY.');
  const db = openDatabase(env.DATABASE_URL, 4);
  const owner = new pg.Pool({ connectionString: ownerUrl, max: 2 });
  const voices = await mkdtemp(path.join(tmpdir(), 'sawt-sample-'));
  await openQueue(db);
  try {
    const { rows } = await owner.query('select from testimony limit 1');
    if (rows.length)
      throw new Error(
        'There are testimonies here already. The sample only fills an empty archive, so that it is never mixed with real ones.'
      );
    await owner.query("update archive set is_sample = true, cooling_off = interval '0'");

    const deps = openDeps(env, db);
    const staff = await hireStaff(env, ownerUrl);
    const actors = new Map<SampleAccount, Awaited<ReturnType<typeof comeToDesk>>>();
    for (const account of staff) if (!account.roles.includes('reader')) actors.set(account, await comeToDesk(deps, account));
    const atDesk = (at: number) => actors.get(staff[at]!)!;
    const desk: Desk = { ...deps, owner, first: atDesk(1), second: atDesk(2), ...(await vocabulary(deps, owner, atDesk(0))) };

    // All are told first: the workers listen to the next ones while the desk is busy with the first.
    const told: Told[] = [];
    for (const [at, sample] of TESTIMONIES.entries()) {
      told.push(await tell(deps, sample, voices, String(at + 1)));
      await owner.query('update testimony set is_sample = true where id = $1', [told[at]!.actor.testimonyId]);
    }
    const receipts: string[] = [];
    for (const [at, sample] of TESTIMONIES.entries()) {
      if (sample.end === 'scheduled') await owner.query("update archive set cooling_off = interval '14 days'");
      await review(desk, sample, told[at]!);
      if (sample.end === 'scheduled') await owner.query("update archive set cooling_off = interval '0'");
      const number = `${String(at + 1).padStart(2)}.`;
      const title = sample.title.en || sample.said[0]!.slice(0, 40);
      console.log(`${number} ${sample.language}, ${sample.told}: ${sample.end.replaceAll('_', ' ')} (${title})`);
      if (told[at]!.receipt) receipts.push(`${number} ${told[at]!.receipt.join(' ')}`);
    }
    tellAccounts(folder, staff, receipts, env.ORIGIN);
  } finally {
    await rm(voices, { recursive: true, force: true });
    await closeQueue();
    await db.destroy();
    await owner.end();
  }
}

async function vocabulary(deps: Pick<Desk, 'db'>, owner: pg.Pool, admin: Desk['first']): Promise<Pick<Desk, 'places' | 'themes'>> {
  for (const place of Object.values(FACILITIES))
    await addFacility(deps, admin, v.parse(NewFacility, { ...place, aliases: place.aliases.join('\n') }));
  for (const theme of Object.values(THEMES)) await addTheme(deps, admin, theme);
  const ids = async (table: 'facility' | 'theme', entries: Record<string, { nameEn: string }>) => {
    const { rows } = await owner.query<{ id: string; name_en: string }>(`select id, name_en from ${table}`);
    return Object.fromEntries(Object.entries(entries).map(([key, { nameEn }]) => [key, rows.find((row) => row.name_en === nameEn)!.id]));
  };
  return { places: await ids('facility', FACILITIES), themes: await ids('theme', THEMES) };
}

/** On the terminal, and in the data folder for `npm run screens`: readable by its user only. */
function tellAccounts(folder: string, staff: readonly SampleAccount[], receipts: readonly string[], origin: string): void {
  const file = path.join(folder, 'sample.json');
  writeFileSync(file, JSON.stringify({ staff, receipts: receipts.map((line) => line.replace(/^\s*\d+\. /, '')) }, null, 2), {
    mode: 0o600
  });
  chmodSync(file, 0o600);
  console.log(`\nSign in at ${origin}/en/desk. The secret goes into an authenticator app; a reader needs none.\n`);
  console.table(staff.map(({ email, password, roles, secret }) => ({ email, password, roles: roles.join(', '), secret: secret ?? '' })));
  console.log('Receipts, for coming back as the one who told:\n');
  console.log(receipts.join('\n'));
  console.log(`\nAlso in ${file}.`);
}

await withArchive(fill);
