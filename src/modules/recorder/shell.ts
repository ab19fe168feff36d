/**
 * From the moment that this phone keeps recordings: a service worker, so that a page opened without a line says so instead of the
 * browser. Not before, because it shows that this site was here; "forget this phone" takes it away again (shelf.ts).
 */
export function keepShell(): void {
  // Refused in private windows: everything else works without it.
  void navigator.serviceWorker?.register('/service-worker.js').catch(() => undefined);
}
