import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '#tests/database.ts';
import { custodyOf, staff, testimony } from '#tests/support/testimony-fixtures.ts';
import type { Account } from '#platform/actor.ts';
import { listMessages } from './list-messages.server.ts';
import { markMessagesRead } from './mark-messages-read.server.ts';
import { writeToContributor } from './write-to-contributor.server.ts';

const database = await testDatabase();
const { db, sql } = database;
let reviewer: Account;
beforeAll(async () => {
  reviewer = await staff(sql, ['reviewer'], 'ر. س.');
});
afterAll(database.close);

it('R30 sends words inside the archive only, in the sender’s own name, and logs that it happened', async () => {
  const { id } = await testimony(sql);
  await writeToContributor({ db }, reviewer, { testimonyId: id, body: 'هل يمكن سماع المعاينة؟' });
  const [message] = await listMessages({ db }, reviewer, { testimonyId: id });
  expect(message).toMatchObject({ sender: 'desk', author: 'ر. س.', body: 'هل يمكن سماع المعاينة؟', readAt: null });
  expect(await custodyOf(sql, { id })).toEqual(['message_sent']);
});

it('marks what the contributor wrote as read, and nothing that the desk wrote', async () => {
  const { id } = await testimony(sql);
  await sql(`insert into message (testimony_id, sender, body) values ($1, 'contributor', 'نعم')`, [id]);
  await writeToContributor({ db }, reviewer, { testimonyId: id, body: 'شكرًا' });
  await markMessagesRead({ db }, reviewer, { testimonyId: id });
  const messages = await listMessages({ db }, reviewer, { testimonyId: id });
  expect(messages.map(({ sender, readAt }) => [sender, readAt !== null])).toEqual([
    ['contributor', true],
    ['desk', false]
  ]);
});

it('shows a linguist no messages and lets them send none', async () => {
  const { id } = await testimony(sql);
  const linguist = await staff(sql, ['linguist']);
  await sql(`insert into assignment (testimony_id, user_id, task) values ($1, $2, 'transcribe')`, [id, linguist.userId]);
  await sql(`insert into message (testimony_id, sender, body) values ($1, 'contributor', 'نعم')`, [id]);
  expect(await listMessages({ db }, linguist, { testimonyId: id })).toEqual([]);
  await expect(writeToContributor({ db }, linguist, { testimonyId: id, body: 'نعم' })).rejects.toMatchObject({ code: 'not_found' });
});
