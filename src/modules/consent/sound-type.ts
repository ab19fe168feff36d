const EBML = [0x1a, 0x45, 0xdf, 0xa3];
const OGGS = [0x4f, 0x67, 0x67, 0x53];
const FTYP = [0x66, 0x74, 0x79, 0x70];

/**
 * The type of a sound by its first bytes, of the kinds that browsers record; null for anything else. What is heard unchanged at the
 * desk must be a sound in itself: a playlist would make the browser of whoever listens fetch from a stranger's server.
 */
export function soundTypeOf(sound: Uint8Array): 'audio/webm' | 'audio/ogg' | 'audio/mp4' | null {
  const has = (bytes: readonly number[], at = 0) => bytes.every((byte, i) => sound[at + i] === byte);
  if (has(EBML)) return 'audio/webm';
  if (has(OGGS)) return 'audio/ogg';
  return has(FTYP, 4) ? 'audio/mp4' : null;
}
