import { json } from '@sveltejs/kit';
import * as v from 'valibot';
import { readSegment } from '#modules/transcript/read-transcript.server.ts';
import { readVersions } from '#modules/transcript/read-versions.server.ts';
import { changePassage, PassageChange } from '#modules/transcript/change-passage.server.ts';
import { readTranslation } from '#modules/translation/confirm-translation.server.ts';
import { DomainError } from '#platform/errors.ts';
import { idOf, type SegmentId } from '#platform/ids.ts';
import { parse } from '#web/forms.server.ts';
import { orRefuse } from '#web/or-refuse.server.ts';
import { atDesk } from '../../../../../at-desk.server.ts';
import type { RequestHandler } from './$types';

/** What a passage said before (`?segment=`), newest first. */
export const GET: RequestHandler = async (event) => {
  const account = atDesk(event);
  const { segment } = parse(v.object({ segment: idOf<SegmentId>() }), Object.fromEntries(event.url.searchParams));
  return json(await orRefuse(readVersions(event.locals.deps, account, { segmentId: segment })));
};

/**
 * One change from the live editor. 200 with the passages it changed; 409 `changed_meanwhile` with what somebody else saved, so that
 * both texts can be shown; any other refusal with its code.
 */
export const POST: RequestHandler = async (event) => {
  const account = atDesk(event);
  const { deps } = event.locals;
  const body: unknown = await event.request.json().catch(() => null);
  try {
    const change = parse(PassageChange, body);
    try {
      return json(await changePassage(deps, account, change));
    } catch (error) {
      if (!(error instanceof DomainError) || error.code !== 'changed_meanwhile') throw error;
      const theirs =
        change.do === 'translate' || change.do === 'confirm_translation'
          ? { translation: await orRefuse(readTranslation(deps, account, change)) }
          : { segment: await orRefuse(readSegment(deps, account, change)) };
      return json({ code: error.code, theirs }, { status: error.status });
    }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return json({ code: error.code, field: error.detail.field }, { status: error.status });
  }
};
