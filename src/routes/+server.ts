import { redirect, type RequestHandler } from '@sveltejs/kit';
import { requestLocale } from '#i18n/document.server.ts';

/** The front door: to the language the browser asks for. */
export const GET: RequestHandler = (event) => {
  event.setHeaders({ vary: 'accept-language' });
  redirect(307, `/${requestLocale(event)}`);
};
