/** On every output: nothing of where, when or with what it was recorded goes on into a derivative (R29). */
export const NO_TRACES: readonly string[] = [
  ...['-map_metadata', '-1', '-map_metadata:s', '-1', '-map_chapters', '-1'],
  ...['-fflags', '+bitexact', '-flags:v', '+bitexact', '-flags:a', '+bitexact']
];
