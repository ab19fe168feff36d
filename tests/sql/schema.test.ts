import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase, type TestDatabase } from '../database.ts';
import { generateSchema, SCHEMA } from '../support/generated-schema.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database?.close());

it('has the types in schema.ts that the migrations make (else: npm run schema)', async () => {
  expect(await readFile(SCHEMA, 'utf8')).toBe(await generateSchema(database.ownerUrl));
});
