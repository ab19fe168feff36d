import pg from 'pg';
import { startTestCluster, testDatabase } from '../database.ts';
import type { Row } from './bench.ts';

/** Passages of the simulated archive; `BENCH_SCALE=100000` for a smaller one. */
const PASSAGES = Number(process.env.BENCH_SCALE ?? 1_000_000);
/** As the archive is generated elsewhere too: twenty passages make a testimony, and fourteen events its log. */
const PASSAGES_OF_ONE = 20;
const EVENTS_OF_ONE = 14;
const ASKED = 200;

/**
 * What a database holds and how fast it answers with a million passages: rows and bytes of the log and of the queue, the desk's list,
 * the end of a log, and a job taken out of a queue in which one waits for every testimony. Rows are laid in past the triggers;
 * docs/scale.md reckons with the figures.
 */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  const owner = new pg.Client({ connectionString: database.ownerUrl });
  await owner.connect();
  try {
    return await measure(owner);
  } finally {
    await owner.end();
    await database.close();
    await cluster.stop();
  }
}

async function measure(owner: pg.Client): Promise<Row[]> {
  const testimonies = Math.round(PASSAGES / PASSAGES_OF_ONE);
  await owner.query(`set session_replication_role = replica`);
  await owner.query(
    `insert into testimony (id, language, medium, state)
     select gen_random_uuid(), 'ar', 'audio', case when n % 50 = 0 then 'submitted' else 'published' end::testimony_state from generate_series(1, $1::int) n`,
    [testimonies]
  );
  await owner.query(
    `insert into custody_event (testimony_id, position, kind, actor_kind, detail, previous, hash)
     select id, position, 'rendition_made', 'worker', jsonb_build_object('recording', id, 'kind', 'light_audio', 'sha256', repeat('a', 64)), sha256('a'), sha256('b')
     from testimony, generate_series(1, $1::int) position`,
    [EVENTS_OF_ONE]
  );
  await owner.query(`insert into pgboss.job (name, data) select 'make-renditions', jsonb_build_object('recordingId', id) from testimony`);
  await owner.query('analyze');

  const bytesOf = async (table: string) =>
    Number((await owner.query<{ bytes: string }>(`select pg_total_relation_size($1) as bytes`, [table])).rows[0]!.bytes);
  const queue = (await owner.query<{ relation: string }>(`select distinct tableoid::regclass::text as relation from pgboss.job`)).rows;
  const [logBytes, queueBytes] = [await bytesOf('custody_event'), await bytesOf(queue[0]!.relation)];
  const { rows: some } = await owner.query<{ id: string }>(`select id from testimony tablesample system (5) limit ${ASKED}`);

  const list = await median(ASKED, () =>
    owner.query(`select id, number, state, created_at from testimony where state = 'submitted' order by created_at limit 50`)
  );
  const log = await median(some.length, (n) =>
    owner.query('select position, hash from custody_event where testimony_id = $1 order by position desc limit 1', [some[n]!.id])
  );
  // As pg-boss takes one: skipping what another worker holds.
  const take = await median(ASKED, () =>
    owner.query(
      `with next as (select id from pgboss.job where name = 'make-renditions' and state < 'active' and start_after < now()
                     order by priority desc, created_on, id limit 1 for update skip locked)
       update pgboss.job j set state = 'active', started_on = now() from next where name = 'make-renditions' and j.id = next.id returning j.id`
    )
  );
  const words = `${testimonies.toLocaleString('en')} testimonies`;
  return [
    {
      name: `log, a row of ${(testimonies * EVENTS_OF_ONE).toLocaleString('en')}`,
      figure: logBytes / (testimonies * EVENTS_OF_ONE),
      unit: 'bytes'
    },
    { name: `queue, a row of ${testimonies.toLocaleString('en')}`, figure: queueBytes / testimonies, unit: 'bytes' },
    { name: `the desk's list of ${words}`, figure: list, unit: 'ms', target: '<= 50 ms' },
    { name: `the end of a log among those of ${words}`, figure: log, unit: 'ms', target: '<= 5 ms' },
    { name: `taking a job where one waits for each of ${words}`, figure: take, unit: 'ms', target: '<= 50 ms' }
  ];
}

async function median(times: number, ask: (n: number) => Promise<unknown>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n += 1) {
    const began = performance.now();
    await ask(n);
    took.push(performance.now() - began);
  }
  return took.toSorted((a, b) => a - b)[Math.floor(times / 2)]!;
}
