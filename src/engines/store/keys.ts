const KEY = /^[a-z0-9_-][a-z0-9._-]*(\/[a-z0-9_-][a-z0-9._-]*)*$/;
const LONGEST_KEY = 200;

/**
 * A key as the port has it: no empty part, none that begins with a dot (so no `..`), nothing but lower-case ASCII.
 * @throws Error for any other: keys are ours, never somebody's input
 */
export function checkedKey(key: string): string {
  if (key.length > LONGEST_KEY || !KEY.test(key)) throw new Error('not a key of the media store');
  return key;
}
