import { Meilisearch, type Key, type KeyCreation } from 'meilisearch';

/**
 * The keys of an archive, each with the least that its process needs, and only on the archive's own indexes: who takes the web
 * over can ask what everyone can ask, and neither process can read another archive, make keys, dump or stop the server. The
 * version is nobody's index: the server gives it to a key for all indexes only, which for that may do nothing else.
 */
const RIGHTS = {
  web: ['search'],
  version: ['version'],
  worker: [
    'documents.add',
    'documents.delete',
    'indexes.create',
    'indexes.get',
    'indexes.delete',
    'settings.get',
    'settings.update',
    'stats.get',
    'tasks.get'
  ]
} as const satisfies Record<string, KeyCreation['actions']>;

export type SearchKeys = {
  /** For MEILI_SEARCH_KEY. */
  web: string;
  /** For MEILI_KEY. */
  worker: string;
  /** For MEILI_VERSION_KEY. */
  version: string;
};

/**
 * Makes the keys, or finds those made before. The master key is needed for this once and kept nowhere.
 * @param name what the names of the archive's indexes begin with
 * @throws MeilisearchError as the server says it
 */
export async function makeSearchKeys({
  url,
  masterKey,
  name = 'passages'
}: {
  url: string;
  masterKey: string;
  name?: string;
}): Promise<SearchKeys> {
  const server = new Meilisearch({ host: url, apiKey: masterKey });
  const { results } = await server.getKeys({ limit: 1_000 });
  const make = async (part: keyof typeof RIGHTS) => {
    const wanted = {
      name: `sawt ${part} ${name}`,
      actions: [...RIGHTS[part]],
      indexes: [part === 'version' ? '*' : `${name}_*`],
      expiresAt: null
    };
    const key = results.find((known) => isAsWide(known, wanted)) ?? (await server.createKey(wanted));
    return key.key;
  };
  return { web: await make('web'), worker: await make('worker'), version: await make('version') };
}

/** No less and no more: a key of that name made by an older version or by hand is not taken for it. */
function isAsWide(known: Key, wanted: { name: string; actions: string[]; indexes: string[] }): boolean {
  const same = (some: readonly string[], others: readonly string[]) => some.toSorted().join() === others.toSorted().join();
  return known.name === wanted.name && !known.expiresAt && same(known.actions, wanted.actions) && same(known.indexes, wanted.indexes);
}
