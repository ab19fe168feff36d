/** Shown from the phone's own memory when there is no line: words, and nothing that would have to be fetched. */
export const csr = false;
