import type { ActionResult } from '@sveltejs/kit';
import { goto } from '$app/navigation';

type Answered = { result: ActionResult; update: (options: { reset: boolean }) => Promise<void> };

/** For `use:enhance`: the next step takes this one's place in the history, where nothing shall tell what was done (R22). */
export const stepOn = () => stepped;

/** The second half of {@link stepOn}, for forms that do something of their own first. What was typed stays when it was refused. */
export async function stepped({ result, update }: Answered): Promise<void> {
  // eslint-disable-next-line svelte/no-navigation-without-resolve -- the address is the server's own answer
  if (result.type === 'redirect') await goto(result.location, { replaceState: true, invalidateAll: true });
  else await update({ reset: false });
}
