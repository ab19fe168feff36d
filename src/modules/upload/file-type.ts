/** Endings of media files that browsers do not name a type for. */
const BY_ENDING: Readonly<Record<string, string>> = {
  '3ga': 'audio/3gpp',
  '3gp': 'video/3gpp',
  aac: 'audio/aac',
  amr: 'audio/amr',
  avi: 'video/x-msvideo',
  awb: 'audio/amr-wb',
  caf: 'audio/x-caf',
  flac: 'audio/flac',
  flv: 'video/x-flv',
  m2ts: 'video/mp2t',
  m4a: 'audio/mp4',
  m4v: 'video/mp4',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  mpg: 'video/mpeg',
  mts: 'video/mp2t',
  oga: 'audio/ogg',
  ogg: 'audio/ogg',
  ogv: 'video/ogg',
  opus: 'audio/ogg',
  wav: 'audio/wav',
  webm: 'video/webm',
  wma: 'audio/x-ms-wma',
  wmv: 'video/x-ms-wmv'
};

/**
 * The media type of a chosen file, by what the browser says of it, else by the ending of its name; the name goes no further.
 * @returns null for what is neither sound nor moving picture
 */
export function mediaTypeOf({ type, name }: { type: string; name: string }): string | null {
  const said = type.split(';')[0]!.trim().toLowerCase();
  if (/^(audio|video)\/[a-z0-9.+-]{1,60}$/.test(said)) return said;
  const ending = /\.([a-z0-9]{2,4})$/i.exec(name)?.[1]?.toLowerCase();
  return (ending && BY_ENDING[ending]) || null;
}
