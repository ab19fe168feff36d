import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';

const database = await testDatabase();
afterAll(database.close);

it('gives a migrated database in which the logins own nothing and cannot pass row level security', async () => {
  const logins = await database.sql<{ rolname: string; rolbypassrls: boolean; rolsuper: boolean; owned: number }>(
    `select r.rolname, r.rolbypassrls, r.rolsuper, (select count(*)::int from pg_class c where c.relowner = r.oid) as owned
     from pg_roles r where rolname like 'sawt\\_%' order by 1`
  );
  expect(logins).toEqual([
    { rolname: 'sawt_web', rolbypassrls: false, rolsuper: false, owned: 0 },
    { rolname: 'sawt_worker', rolbypassrls: false, rolsuper: false, owned: 0 }
  ]);
});
