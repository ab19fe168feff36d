import { listPublications } from '#modules/publication/list-publications.server.ts';
import { readPublication } from '#modules/publication/read-publication.server.ts';
import { listQueue } from '#modules/review/list-queue.server.ts';
import { VISITOR } from '#platform/actor.ts';
import type { TestimonyId } from '#platform/ids.ts';
import { startTestCluster, testDatabase, type TestDatabase } from '../database.ts';
import { asOwner, layTestimonies } from '../support/generated-archive.ts';
import { staff } from '../support/testimony-fixtures.ts';
import type { Row } from './bench.ts';

const TESTIMONIES = 5_000;
/** An hour's telling. */
const PASSAGES = 240;
const ROUNDS = 40;

/** The lists that people open, through their use cases, with row level security and, in turns, with roles that pass it by. */
export async function run(): Promise<Row[]> {
  const cluster = await startTestCluster();
  const database = await testDatabase();
  try {
    await asOwner(database, async (owner) => {
      await layTestimonies(owner, TESTIMONIES);
      await owner.query(`update testimony set state = 'submitted' where number % 2 = 0`);
      await owner.query(
        `insert into testimony_description (testimony_id, language, title) select id, 'ar', 'شهادة ' || number from testimony`
      );
      await owner.query(
        `insert into publication_passage (publication_id, testimony_id, position, start_ms, end_ms, language, text, words, provenance)
         select p.id, p.testimony_id, n, n * 15000, n * 15000 + 14000, p.language, repeat('قلنا لهم إننا ', 12),
           (select jsonb_agg(jsonb_build_object('w', 'قلنا', 's', n * 15000 + w * 400, 'e', n * 15000 + w * 400 + 300)) from generate_series(1, 36) w), 'human'
         from (select * from publication where 'public' = any (audiences) limit 20) p, generate_series(1, $1) n`,
        [PASSAGES]
      );
      await owner.query('vacuum analyze');
    });
    const { db } = database;
    const reviewer = await staff(database.sql, ['reviewer']);
    const [one] = await database.sql<{ id: TestimonyId }>(`select testimony_id as id from publication_passage limit 1`);
    return [
      await compare(database, 'the queue of a reviewer', () =>
        listQueue({ db }, reviewer, { list: 'all', find: '', locale: 'ar' } as never)
      ),
      await compare(database, 'the list of editions for a visitor', () => listPublications({ db }, VISITOR, { page: 1, limit: 24 })),
      await compare(database, `one edition of ${PASSAGES} passages for a visitor`, () => readPublication({ db }, VISITOR, one!.id))
    ];
  } finally {
    await database.close();
    await cluster.stop();
  }
}

async function compare(database: TestDatabase, name: string, ask: () => Promise<unknown>): Promise<Row> {
  const taken = { under: [] as number[], without: [] as number[] };
  for (let round = 0; round < ROUNDS; round++) {
    for (const way of ['under', 'without'] as const) {
      await passBy(database, way === 'without');
      // Roles that change make every connection forget its plans.
      await ask();
      const begun = performance.now();
      await ask();
      taken[way].push(performance.now() - begun);
    }
  }
  const [figure, baseline] = [quick(taken.under), quick(taken.without)];
  return { name: `${name}, ${TESTIMONIES} testimonies`, figure, unit: 'ms', baseline, ratio: figure / baseline, target: '<= 1.3×' };
}

async function passBy({ sql }: TestDatabase, may: boolean): Promise<void> {
  for (const role of ['anon', 'authenticated']) await sql(`alter role ${role} ${may ? 'bypassrls' : 'nobypassrls'}`);
}

/** The lower quartile: what else the machine does only ever adds. */
const quick = (times: number[]) => times.sort((a, b) => a - b)[times.length >> 2]!;
