/** The largest recording (bytes, 16 GiB); the table holds the same. */
export const MOST_BYTES = 17_179_869_184;
