import type { Resources } from './resources.server.ts';

/** A namespace is one JSON file in locales/<locale>/. */
export type Namespace = keyof Resources & string;

/** The words of some namespaces in one language, as a page carries them. */
export type Messages = { [name in Namespace]?: Tree };
export interface Tree {
  readonly [key: string]: string | Tree;
}

type PluralForm = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type WithoutForm<K extends string> = K extends `${infer Base}_${PluralForm}` ? Base : K;
type Paths<T> = {
  [K in keyof T & string]: T[K] extends string ? WithoutForm<K> : `${K}.${Paths<T[K]>}`;
}[keyof T & string];

/** `namespace:path.to.text`; plural forms (`_one`, `_few` …) are one key and need `count`. */
export type Key = { [N in Namespace]: `${N}:${Paths<Resources[N]>}` }[Namespace];

/** Numbers are written in the digits of the language; text is taken as it is (timecodes, names). */
export type Values = Record<string, string | number>;

export type Translate = (key: Key, values?: Values) => string;
