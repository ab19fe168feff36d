import { expect, it } from 'vitest';
import type { PublicationId, TestimonyId } from '#platform/ids.ts';
import { atomFeed } from './atom.ts';
import type { EditionSummary } from './edition.ts';

const edition: EditionSummary = {
  id: 'e1' as PublicationId,
  testimonyId: 't1' as TestimonyId,
  edition: 1,
  language: 'ar',
  medium: 'audio',
  chosenName: null,
  descriptions: { en: { title: 'Bread & <salt>\u0007', summary: '' } },
  facility: null,
  yearFrom: null,
  yearTo: null,
  themes: [{ slug: 'food', ar: 'الطعام', en: 'Food' }],
  warnings: [],
  publishedAt: new Date('2026-05-03T00:00:00Z'),
  isSample: false
};

it('lists editions with their own language, escaped', () => {
  const feed = atomFeed([edition], { title: 'صوت', locale: 'ar', origin: 'https://sawt.example', untitled: 'بلا عنوان' });
  expect(feed).toContain('<title xml:lang="en">Bread &amp; &lt;salt&gt;</title>');
  expect(feed).toContain('href="https://sawt.example/ar/testimonies/t1"');
  expect(feed).toContain('<category term="food" label="الطعام"/>');
  expect(feed).toContain('<updated>2026-05-03T00:00:00.000Z</updated>');
});

it('is a whole feed without entries', () => {
  const feed = atomFeed([], { title: 'Sawt', locale: 'en', origin: 'https://sawt.example', untitled: '' });
  expect(feed).toMatch(/^<\?xml[^]*<\/feed>$/);
  expect(feed).not.toContain('<entry>');
});
