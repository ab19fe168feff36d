import { writeFile } from 'node:fs/promises';
import { startTestCluster, testDatabase } from '../tests/database.ts';
import { generateSchema, SCHEMA } from '../tests/support/generated-schema.ts';

/** `npm run schema`: writes src/platform/schema.ts anew from a database made of supabase/migrations. */
const cluster = await startTestCluster();
try {
  const database = await testDatabase();
  await writeFile(SCHEMA, await generateSchema(database.ownerUrl));
  await database.close();
} finally {
  await cluster.stop();
}
