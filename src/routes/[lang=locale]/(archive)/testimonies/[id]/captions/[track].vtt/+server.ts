import { error, type RequestHandler } from '@sveltejs/kit';
import * as v from 'valibot';
import { webVtt } from '#modules/publication/captions.ts';
import { readPublication } from '#modules/publication/read-publication.server.ts';
import { TestimonyAddress } from '#modules/publication/schema.ts';
import { orRefuse } from '#web/or-refuse.server.ts';

/** `captions/1-en.vtt`: the first recording's captions in English. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const address = v.safeParse(TestimonyAddress, { id: params.id });
  const [, number, language] = /^(\d{1,3})-([a-z]{2,3})$/.exec(params.track ?? '') ?? [];
  if (!address.success || !number || !language) error(404, { message: 'not_found', code: 'not_found' });
  const { passages } = await orRefuse(readPublication(locals.deps, locals.actor, address.output.id));
  return new Response(webVtt(passages, Number(number), language), {
    headers: { 'content-type': 'text/vtt; charset=utf-8', 'cache-control': 'private, no-store' }
  });
};
