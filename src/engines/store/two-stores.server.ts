import { DomainError } from '#platform/errors.ts';
import type { ByteRange, MediaStore } from './port.ts';

/** Runs `work` while nobody else, in whichever process, works on the same key. */
export type Alone = <T>(key: string, work: () => Promise<T>) => Promise<T>;

export type TwoStores = {
  /** Where new media go. */
  here: MediaStore;
  /** Where media may still lie from before the archive changed its store. */
  before: MediaStore;
  alone: Alone;
};

/**
 * An archive between two stores, seen as one: what is not here yet is read from where it was before. What is destroyed is destroyed
 * there first: whoever moves it meanwhile looks back there after copying, and takes the copy away where it finds nothing. What is
 * written waits for whoever moves the same key.
 */
export function twoStores({ here, before, alone }: TwoStores): MediaStore {
  /** What is written here is no longer to be moved here. */
  const written = <T>(key: string, write: () => Promise<T>): Promise<T> =>
    alone(key, async () => {
      const done = await write();
      await before.remove(key);
      return done;
    });

  return {
    putFile: (key, file) => written(key, () => here.putFile(key, file)),
    adoptFile: (key, file) => written(key, () => here.adoptFile(key, file)),

    // The third time because it may have moved between the first and the second.
    open: (key, range?: ByteRange) => firstThatHas([here, before, here], (store) => store.open(key, range)),

    async stat(key) {
      return (await here.stat(key)) ?? (await before.stat(key)) ?? (await here.stat(key));
    },

    withLocalFile(key, work) {
      let begun = false;
      return firstThatHas(
        [here, before, here],
        (store) =>
          store.withLocalFile(key, (file) => {
            begun = true;
            return work(file);
          }),
        () => !begun
      );
    },

    async remove(key) {
      await before.remove(key);
      await here.remove(key);
    },

    async *list(folder) {
      const seen = new Set<string>();
      for (const store of [before, here])
        for await (const key of store.list(folder)) {
          if (!seen.has(key)) yield key;
          seen.add(key);
        }
    },

    room: () => here.room()
  };
}

/** @param mayAsk whether what was not found was the key, and not something that the work looked for */
async function firstThatHas<T>(
  stores: readonly MediaStore[],
  ask: (store: MediaStore) => Promise<T>,
  mayAsk: () => boolean = () => true
): Promise<T> {
  for (const store of stores)
    try {
      return await ask(store);
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'not_found' || !mayAsk()) throw error;
    }
  throw new DomainError('not_found');
}
