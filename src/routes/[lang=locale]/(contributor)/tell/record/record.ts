import { mount } from 'svelte';
import { i18nContext } from '#i18n/context.svelte.ts';
import { wayOut } from '#ui/quick-exit.ts';
import { replaceSteps } from '../../replacing.ts';
import type { Given } from './given.ts';
import Record from './Record.svelte';

/** The script of the page that records, an entry of its own (vite.config.ts): Kit's router is not needed where every link is a new document. */
const place = document.querySelector<HTMLElement>('[data-given]')!;
const { locale, words, ...props } = JSON.parse(place.dataset.given!) as Given;

place.replaceChildren();
mount(Record, { target: place, props, context: i18nContext(locale, () => words) });
place.removeAttribute('data-given');

wayOut(document.querySelector<HTMLAnchorElement>('a.exit')!);
document.addEventListener('click', replaceSteps);
