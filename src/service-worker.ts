/// <reference types="@sveltejs/kit" />
/// <reference lib="webworker" />
import { LOCALES } from '#i18n/locale.ts';
import { version } from '$service-worker';

/**
 * For a phone that keeps a recording and has no line: scripts and styles that it has fetched before, and one page that says so. Nothing that
 * anybody told, answered or may see is ever here: pages are fetched from the archive each time, and the page for no line
 * is fetched without a cookie.
 */
const worker = globalThis as unknown as ServiceWorkerGlobalScope;
const SHELL = `shell-${version}`;

const offlinePage = (locale: string) => `/${locale}/offline`;
/** Where somebody tells, or returns. */
const TELLING = new RegExp(`^/(${LOCALES.join('|')})/(tell|mine|return)(/|$)`);
/** Named by their content and the same for everybody; ffmpeg's core is far larger than what it is worth here. */
const ASSET = /^\/_app\/immutable\/.*\.(js|css)$/;

worker.addEventListener('install', (event) => {
  event.waitUntil(keepShell().then(() => worker.skipWaiting()));
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(forgetOlder().then(() => worker.clients.claim()));
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== 'GET' || origin !== worker.location.origin) return;
  if (ASSET.test(pathname)) event.respondWith(asset(request));
  else if (request.mode === 'navigate' && TELLING.test(pathname)) event.respondWith(page(request, pathname));
});

async function keepShell(): Promise<void> {
  const shell = await caches.open(SHELL);
  for (const locale of LOCALES) {
    const answer = await fetch(offlinePage(locale), { credentials: 'omit' });
    const text = await answer.clone().text();
    await shell.put(offlinePage(locale), answer);
    const linked = [...text.matchAll(/(?:href|src)="([^"]+\.css)"/g)].map(([, address]) => new URL(address!, answer.url).pathname);
    await shell.addAll(linked.filter((address) => ASSET.test(address)));
  }
}

async function forgetOlder(): Promise<void> {
  for (const name of await caches.keys()) if (name !== SHELL) await caches.delete(name);
}

async function asset(request: Request): Promise<Response> {
  const known = await caches.match(request);
  if (known) return known;
  const answer = await fetch(request);
  // Once this phone was told to forget, a page that is still open must not begin anew.
  if (answer.ok && (await caches.has(SHELL))) await (await caches.open(SHELL)).put(request, answer.clone());
  return answer;
}

async function page(request: Request, pathname: string): Promise<Response> {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(offlinePage(pathname.split('/')[1]!))) ?? Response.error();
  }
}
