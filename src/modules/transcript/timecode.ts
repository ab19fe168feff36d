/** Milliseconds as the desk writes them: `12:47.3`, `1:02:03.0`; tenths, because an ear can tell them apart. */
export function preciseTimecode(ms: number): string {
  const tenths = Math.max(0, Math.round(ms / 100));
  const seconds = Math.floor(tenths / 10);
  const [h, m, s] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n: number) => String(n).padStart(2, '0');
  return `${h ? `${h}:${two(m)}` : two(m)}:${two(s)}.${tenths % 10}`;
}

/** Milliseconds to the thousandth, for form fields that must hand back exactly what they were given. */
export function exactTimecode(ms: number): string {
  const rest = Math.round(ms) % 1_000;
  return `${preciseTimecode(ms - rest).replace(/\.\d$/, '')}.${String(rest).padStart(3, '0')}`;
}

/** The milliseconds meant by `12:47.3`, `1:02:03`, `95.25` or `٠١:٢٠`; NaN where the text is no time. */
export function readTimecode(text: string): number {
  const latin = text
    .trim()
    .replace(/[٠-٩]/g, (digit) => String(digit.charCodeAt(0) - 0x660))
    .replace(/[,٫]/g, '.');
  if (!/^(?:\d{1,3}:){0,2}\d{1,6}(?:\.\d{1,3})?$/.test(latin)) return NaN;
  const seconds = latin.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  return Math.round(seconds * 1_000);
}
