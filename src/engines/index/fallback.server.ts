import { DomainError } from '#platform/errors.ts';
import type { MeilisearchIndex } from './meilisearch.server.ts';
import type { Degraded, SearchIndex } from './port.ts';

/** Milliseconds that a server which failed is left alone, so that not every search waits for it. */
const LEFT_ALONE = 10_000;

/**
 * Meilisearch with Postgres behind it. Postgres takes every write first and completes words; it answers, and says so, when Meilisearch
 * does not. A write that Meilisearch misses throws: the job is tried again until both have it.
 */
export function withFallback(first: MeilisearchIndex, second: SearchIndex, now: () => number = Date.now): SearchIndex {
  let trustedFrom = 0;
  let why: Degraded = 'down';

  return {
    name: first.name,
    replacePublication: async (edition) => {
      await second.replacePublication(edition);
      await first.replacePublication(edition);
    },
    removeTestimony: async (testimonyId) => {
      await second.removeTestimony(testimonyId);
      await first.removeTestimony(testimonyId);
    },
    search: async (reader, ask) => {
      if (now() >= trustedFrom) {
        try {
          return await first.search(reader, ask);
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          why = asDegraded(error.detail.reason);
          // Whether it is ready costs no waiting to ask.
          if (why === 'down' || why === 'slow') trustedFrom = now() + LEFT_ALONE;
        }
      }
      return { ...(await second.search(reader, ask)), degraded: why };
    },
    suggest: (reader, beginnings, take) => second.suggest(reader, beginnings, take),
    health: () => first.health(),
    check: () => first.check(),
    rebuild: (archive) => first.rebuild(archive)
  };
}

function asDegraded(reason: unknown): Degraded {
  return reason === 'slow' || reason === 'unready' || reason === 'behind' ? reason : 'down';
}
