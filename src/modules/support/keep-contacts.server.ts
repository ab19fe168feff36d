import type { Account } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { DomainError } from '#platform/errors.ts';
import type { ContactNamed, SupportContact } from './schema.ts';

const asRow = ({ what, ...contact }: SupportContact) => ({ ...contact, what: JSON.stringify(what) });

/** @throws DomainError `not_found` for whoever is no admin */
export async function addContact({ db }: { db: Db }, actor: Account, contact: SupportContact): Promise<void> {
  await asActor(db, actor, (tx) => tx.insertInto('support_contact').values(asRow(contact)).execute());
}

/** @throws DomainError `not_found` (also for whoever is no admin) */
export async function changeContact(
  { db }: { db: Db },
  actor: Account,
  { contactId }: ContactNamed,
  contact: SupportContact
): Promise<void> {
  const { numUpdatedRows } = await asActor(db, actor, (tx) =>
    tx.updateTable('support_contact').set(asRow(contact)).where('id', '=', contactId).executeTakeFirst()
  );
  if (!numUpdatedRows) throw new DomainError('not_found');
}

/** @throws DomainError `not_found` (also for whoever is no admin) */
export async function removeContact({ db }: { db: Db }, actor: Account, { contactId }: ContactNamed): Promise<void> {
  const { numDeletedRows } = await asActor(db, actor, (tx) =>
    tx.deleteFrom('support_contact').where('id', '=', contactId).executeTakeFirst()
  );
  if (!numDeletedRows) throw new DomainError('not_found');
}
