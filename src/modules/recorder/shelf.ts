import { forgetThisTelling } from '#modules/testimony/this-telling.ts';
import { locate } from './locate.ts';

/**
 * What lies on this phone and is not yet confirmed by the archive. Every part is encrypted with a key that the browser will not
 * export; parts lie in the origin's private file system, or in IndexedDB where a browser has none that can be written to.
 */
export type Piece = {
  /** The recording's id, here and at the archive. */
  id: string;
  /** Whose it is: a shared phone may have held more than one testimony. */
  owner: string;
  kind: 'video' | 'audio';
  mediaType: string;
  /** `recording` until it was ended; one that is found so later was cut off with the browser. */
  state: 'recording' | 'whole';
  /** Lower case hex, once it was computed. */
  sha256?: string;
};

/** One part of a piece: its bytes, and how far the recording was after it (ms). */
export type Part = { bytes: number; untilMs: number };

type StoredPart = Part & { piece: string; index: number; data?: ArrayBuffer };

const DATABASE = 'shelf';
const FOLDER = 'shelf';
const IV_BYTES = 12;

let opening: Promise<IDBDatabase> | undefined;

function database(): Promise<IDBDatabase> {
  return (opening ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore('keys');
      db.createObjectStore('pieces', { keyPath: 'id' });
      db.createObjectStore('parts', { keyPath: ['piece', 'index'] });
      db.createObjectStore('data', { keyPath: ['piece', 'index'] });
    };
    request.onsuccess = () => {
      // Another tab forgets this phone: it must not have to wait for this one.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  }));
}

function done<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

type StoreName = 'keys' | 'pieces' | 'parts' | 'data';

/** One write, on disk when this resolves. */
async function write(names: StoreName[], work: (store: (name: StoreName) => IDBObjectStore) => void): Promise<void> {
  const db = await database();
  await new Promise<void>((resolve, reject) => {
    const tx = db.transaction(names, 'readwrite', { durability: 'strict' });
    tx.oncomplete = () => resolve();
    tx.onerror = tx.onabort = () => reject(tx.error);
    work((name) => tx.objectStore(name));
  });
}

async function read<T>(name: StoreName, ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database();
  return done(ask(db.transaction(name).objectStore(name)));
}

let makingKey: Promise<CryptoKey> | undefined;

function key(): Promise<CryptoKey> {
  return (makingKey ??= findKey());
}

async function findKey(): Promise<CryptoKey> {
  const known = await read<CryptoKey | undefined>('keys', (store) => store.get('local'));
  if (known) return known;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  // Another tab may have been quicker: what is there first stays.
  await write(['keys'], (store) => {
    const keys = store('keys');
    keys.get('local').onsuccess = ({ target }) => (target as IDBRequest).result || keys.put(made, 'local');
  });
  return (await read<CryptoKey>('keys', (store) => store.get('local')))!;
}

async function seal(bytes: BufferSource): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await key(), bytes));
  const whole = new Uint8Array(IV_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, IV_BYTES);
  return whole;
}

async function unseal(sealed: ArrayBuffer): Promise<Uint8Array<ArrayBuffer>> {
  const iv = new Uint8Array(sealed, 0, IV_BYTES);
  return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await key(), new Uint8Array(sealed, IV_BYTES)));
}

/** The folder of a piece in the private file system, or null where it cannot be written to from a page. */
async function folder(piece: string, create: boolean): Promise<FileSystemDirectoryHandle | null> {
  if (!navigator.storage?.getDirectory || !('createWritable' in (globalThis.FileSystemFileHandle?.prototype ?? {}))) return null;
  try {
    const root = await navigator.storage.getDirectory();
    const shelf = await root.getDirectoryHandle(FOLDER, { create });
    return await shelf.getDirectoryHandle(piece, { create });
  } catch {
    // Private windows refuse it; IndexedDB holds the parts then.
    return null;
  }
}

export async function begin(piece: Piece): Promise<void> {
  await write(['pieces'], (store) => store('pieces').put(piece));
}

/**
 * Keeps the next part. When this resolves it outlives the browser.
 * @throws DOMException `QuotaExceededError` when the phone is full
 */
export async function append(piece: string, index: number, bytes: ArrayBuffer, untilMs: number): Promise<void> {
  const sealed = await seal(bytes);
  const part: StoredPart = { piece, index, bytes: bytes.byteLength, untilMs };
  const files = await folder(piece, true);
  if (!files)
    return write(['parts', 'data'], (store) => (store('parts').put(part), store('data').put({ piece, index, data: sealed.buffer })));
  const writable = await (await files.getFileHandle(String(index), { create: true })).createWritable();
  await writable.write(sealed);
  await writable.close();
  await write(['parts'], (store) => store('parts').put(part));
}

export async function change(id: string, changes: Partial<Omit<Piece, 'id'>>): Promise<void> {
  const piece = await read<Piece | undefined>('pieces', (store) => store.get(id));
  if (piece) await write(['pieces'], (store) => store('pieces').put({ ...piece, ...changes }));
}

/** Whether a piece lies here still. */
export async function has(id: string): Promise<boolean> {
  return (await read<string | undefined>('pieces', (store) => store.getKey(id) as IDBRequest<string | undefined>)) !== undefined;
}

export async function ownerOf(id: string): Promise<string | undefined> {
  return (await read<Piece | undefined>('pieces', (store) => store.get(id)))?.owner;
}

/** Everything of one testimony that lies here, in no order. */
export async function pieces(owner: string): Promise<Piece[]> {
  return (await read<Piece[]>('pieces', (store) => store.getAll())).filter((piece) => piece.owner === owner);
}

function range(piece: string): IDBKeyRange {
  return IDBKeyRange.bound([piece, 0], [piece, Infinity]);
}

/** The parts of a piece that are whole on disk, in order. */
export async function parts(piece: string): Promise<Part[]> {
  return read<StoredPart[]>('parts', (store) => store.getAll(range(piece)));
}

async function part(piece: string, index: number, files: FileSystemDirectoryHandle | null): Promise<Uint8Array<ArrayBuffer>> {
  if (files) return unseal(await (await (await files.getFileHandle(String(index))).getFile()).arrayBuffer());
  const { data } = await read<{ data: ArrayBuffer }>('data', (store) => store.get([piece, index]));
  return unseal(data);
}

/** A piece as one run of bytes, wherever its parts lie. */
export type Source = {
  size: number;
  /** Bytes `start` to `end` (exclusive). */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
};

export async function open(piece: string): Promise<Source> {
  const sizes = (await parts(piece)).map(({ bytes }) => bytes);
  const files = await folder(piece, false);
  let last: { index: number; bytes: Uint8Array<ArrayBuffer> } | undefined;
  return {
    size: sizes.reduce((sum, size) => sum + size, 0),
    async read(start, end) {
      const wanted = locate(sizes, start, end);
      const result = new Uint8Array(wanted.reduce((sum, { from, to }) => sum + to - from, 0));
      let at = 0;
      for (const { index, from, to } of wanted) {
        if (last?.index !== index) last = { index, bytes: await part(piece, index, files) };
        result.set(last.bytes.subarray(from, to), at);
        at += to - from;
      }
      return result;
    }
  };
}

/** A way back to a draft whose cookie may not be written down yet: see way-back.ts. */
export type Way = {
  owner: string;
  /** The secret that the archive gave for it, base64url. */
  way: string;
  /** ms since 1970. */
  leftAt: number;
};

const WAY = 'way ';

/** Keeps it encrypted like the parts are; on disk when this resolves. */
export async function keepWay(way: Way): Promise<void> {
  const sealed = await seal(new TextEncoder().encode(JSON.stringify(way)));
  await write(['keys'], (store) => store('keys').put(sealed.buffer, WAY + way.owner));
}

export async function ways(): Promise<Way[]> {
  const sealed = await read<ArrayBuffer[]>('keys', (store) => store.getAll(IDBKeyRange.bound(WAY, WAY + '\uffff')));
  return Promise.all(sealed.map(async (one) => JSON.parse(new TextDecoder().decode(await unseal(one))) as Way));
}

export async function dropWay(owner: string): Promise<void> {
  await write(['keys'], (store) => store('keys').delete(WAY + owner));
}

/** Erases a piece from this phone. */
export async function remove(id: string): Promise<void> {
  await write(['pieces', 'parts', 'data'], (store) => {
    store('pieces').delete(id);
    store('parts').delete(range(id));
    store('data').delete(range(id));
  });
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  const shelf = await root?.getDirectoryHandle(FOLDER).catch(() => null);
  await shelf?.removeEntry(id, { recursive: true }).catch(() => undefined);
}

/** Erases everything that was ever kept here, of whomever, and the key with it. */
export async function clear(): Promise<void> {
  const root = await navigator.storage?.getDirectory?.().catch(() => null);
  await root?.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
  (await opening)?.close();
  opening = makingKey = undefined;
  await done(indexedDB.deleteDatabase(DATABASE));
  forgetThisTelling();
  await forgetShell();
}

/** What shell.ts set up: it says that this site was here. */
async function forgetShell(): Promise<void> {
  for (const registration of (await navigator.serviceWorker?.getRegistrations()) ?? []) await registration.unregister();
  for (const name of (await globalThis.caches?.keys()) ?? []) await caches.delete(name);
}
