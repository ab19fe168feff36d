import type { ErrorCode } from '#platform/errors.ts';
import type { PassageChange } from './change-passage.server.ts';
import type { Sent } from './editor.svelte.ts';

/** Sends one change to the endpoint beside the page. It goes on when the page is left (`keepalive`). */
export async function sendChange(address: string, change: PassageChange): Promise<Sent> {
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(change),
      keepalive: true
    });
    const body = await response.json();
    if (response.ok) return { done: body };
    if (body.theirs) return { theirs: body.theirs };
    return { refused: (body.code ?? 'unexpected') as ErrorCode };
  } catch {
    // No answer, or one that is no JSON: the line is down or a proxy spoke. It is tried again.
    return { refused: 'offline' };
  }
}
