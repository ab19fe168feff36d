import type { MouseEventHandler } from 'svelte/elements';

/** For links into or out of the page that records, which is a document of its own: it too takes the place of the one before (R22). */
export const replacing: MouseEventHandler<HTMLAnchorElement> = (event) => follow(event, event.currentTarget);

/** For a document without Kit's router: what {@link replacing} does, for each link of ours that is in it. */
export function replaceSteps(event: MouseEvent): void {
  const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]');
  if (link && link.origin === location.origin && !event.defaultPrevented && !link.download) follow(event, link);
}

function follow(event: MouseEvent, link: HTMLAnchorElement): void {
  if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  // Within the page: "skip to the content".
  if (link.hash && link.pathname === location.pathname) return;
  event.preventDefault();
  location.replace(link.href);
}
