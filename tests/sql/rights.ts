import type pg from 'pg';
import { ACTORS, TRIES, VERBS, type Verb } from './row-security-matrix.ts';

const STATEMENT: Record<Verb, (table: string) => string> = {
  select: (table) => `select 1 from ${table}`,
  insert: (table) => `insert into ${table} ${TRIES[table]!.insert}`,
  update: (table) => `update ${table} set ${TRIES[table]!.update} = ${TRIES[table]!.update}`,
  delete: (table) => `delete from ${table}`
};

/** Runs `work` and undoes it, inside the caller's transaction. */
export async function undone<T>(client: pg.Client, work: () => Promise<T>): Promise<T> {
  await client.query('savepoint before');
  try {
    return await work();
  } finally {
    await client.query('rollback to savepoint before; release savepoint before');
  }
}

/** How a refusal is written down: `-` for a missing grant, `policy` for a policy's, else its SQLSTATE. */
export function refusal(error: unknown): string {
  const { code = 'error', message } = error as { code?: string; message: string };
  return code === '42501' ? (/row-level security/.test(message) ? 'policy' : '-') : code;
}

/**
 * Every role × table × verb against a populated archive. The outcome is a number of rows, or the refusal.
 * @param client a superuser inside a transaction, in which everything is undone
 */
export async function rightsOf(client: pg.Client): Promise<string> {
  const lines: string[] = [];
  for (const table of Object.keys(TRIES).toSorted()) {
    lines.push(table);
    for (const actor of Object.keys(ACTORS)) {
      const cells = [];
      for (const verb of VERBS) cells.push((await outcome(client, actor, table, verb)).padStart(7));
      lines.push(`  ${actor.padEnd(26)}${cells.join('')}`);
    }
  }
  return `${' '.repeat(28)}${VERBS.map((verb) => verb.padStart(7)).join('')}\n${lines.join('\n')}\n`;
}

async function outcome(client: pg.Client, actor: string, table: string, verb: Verb): Promise<string> {
  const { role, claims } = ACTORS[actor]!;
  return undone(client, async () => {
    await client.query(`select set_config('request.jwt.claims', $1, true)`, [JSON.stringify(claims)]);
    await client.query(`set local role ${role}`);
    return String((await client.query(STATEMENT[verb](table))).rowCount);
  }).catch(refusal);
}
