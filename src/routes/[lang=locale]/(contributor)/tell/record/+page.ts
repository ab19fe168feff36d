/** A document of its own, with a script of its own (record.ts): without Kit's router it weighs a third less. */
export const csr = false;
