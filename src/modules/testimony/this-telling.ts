const WHAT = ['prompts', 'framing'] as const;
type What = (typeof WHAT)[number];

/**
 * What a person chose for this telling only: in this tab, gone with it, and never sent.
 * @param owner whose, see shelf.ts: the next person at this phone does not find it
 */
export function recall(owner: string, what: What): string | null {
  try {
    return sessionStorage.getItem(`${what} ${owner}`);
  } catch {
    // A browser that keeps nothing: each page begins anew.
    return null;
  }
}

export function keepForNow(owner: string, what: What, value: string): void {
  try {
    sessionStorage.setItem(`${what} ${owner}`, value);
  } catch {
    // As above: the choice holds as long as the page.
  }
}

/** For "forget this phone": of whomever, at once, and not only when the tab closes. */
export function forgetThisTelling(): void {
  try {
    for (const key of Object.keys(sessionStorage)) if (WHAT.some((what) => key.startsWith(`${what} `))) sessionStorage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}
