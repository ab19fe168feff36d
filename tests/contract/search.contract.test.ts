import * as v from 'valibot';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { SearchIndex } from '#engines/index/port.ts';
import { postgresIndex } from '#engines/index/postgres.server.ts';
import { indexTestimony } from '#modules/search/index-testimony.server.ts';
import { reindexArchive } from '#modules/search/reindex-archive.server.ts';
import { Search, searchParameters } from '#modules/search/schema.ts';
import { searchPassages } from '#modules/search/search-passages.server.ts';
import { suggestWords } from '#modules/search/suggest-words.server.ts';
import { VISITOR, type Actor } from '#platform/actor.ts';
import { asActor, type Db } from '#platform/db.server.ts';
import { testDatabase, type TestDatabase } from '../database.ts';
import { contract } from '../support/contract.ts';
import { cornerOf } from '../support/meilisearch.ts';
import { published, type ToPublish } from '../support/published.ts';
import { staff } from '../support/testimony-fixtures.ts';

const { MEILI_URL, MEILI_MASTER_KEY } = process.env;

/** What the web reads with, what the worker writes with, and how to leave nothing behind. */
type Opened = { reading: SearchIndex; writing: SearchIndex; clear: () => Promise<void> };
const adapters: { name: string; variable?: string; open: (web: Db, worker: Db) => Promise<Opened> }[] = [
  {
    name: 'postgres',
    open: (web, worker) =>
      Promise.resolve({ reading: postgresIndex({ db: web }), writing: postgresIndex({ db: worker }), clear: () => Promise.resolve() })
  },
  {
    name: 'meilisearch',
    variable: 'MEILI_URL',
    open: async (web, worker) => {
      const corner = await cornerOf(MEILI_URL!, MEILI_MASTER_KEY!);
      return { reading: corner.forWeb(web), writing: corner.forWorker(worker), clear: corner.clear };
    }
  }
];

/** What is asked, what the passage says: written apart, one word all the same. */
const VARIANTS: [string, string, string][] = [
  ['أحمد', 'احمد', 'hamza on alef'],
  ['اسير', 'أسير', 'hamza left out'],
  ['إعتقال', 'اعتقال', 'hamza below'],
  ['الآن', 'الان', 'madda'],
  ['مستشفى', 'مستشفي', 'alef maksura'],
  ['زنزانه', 'زنزانة', 'teh marbuta'],
  ['سِجْن', 'سجن', 'vowel signs'],
  ['حـــريـــة', 'حرية', 'tatweel'],
  ['٢٠١٢', '2012', 'digits'],
  ['كتاب', 'والكتاب', 'and + article'],
  ['كتاب', 'بالكتاب', 'in + article'],
  ['جدار', 'كالجدار', 'like + article'],
  ['محقق', 'للمحقق', 'to + article'],
  ['حارس', 'فالحارس', 'so + article'],
  ['رسالة', 'ورسالة', 'and'],
  ['مدينة', 'بمدينة', 'in'],
  ['والرغيف', 'الرغيف', 'more on the question'],
  ['ﺍﻟﺠﺒﻞ', 'الجبل', 'presentation forms'],
  ['مسئول', 'مسؤول', 'seat of the hamza'],
  ['خبز', 'خبزنا', 'possessive'],
  ['معتقل', 'المعتقلين', 'plural'],
  ['مدرستهم', 'المدرسة', 'possessive on teh marbuta'],
  ['عنبر', 'وعَنْبَرُنا', 'both ends'],
  ['كراسي', 'کراسی', 'Persian keyboard'],
  ['می‌خواهم', 'میخواهم', 'zero-width non-joiner']
];

contract('search', adapters, ({ open }) => {
  let database: TestDatabase;
  let web: Db;
  let worker: Db;
  let reading: { db: Db; index: SearchIndex };
  let writing: { db: Db; index: SearchIndex };

  let clear: Opened['clear'] | undefined;

  beforeAll(async () => {
    database = await testDatabase();
    [web, worker] = [database.db, database.workerDb];
    const opened = await open(web, worker);
    ({ clear } = opened);
    reading = { db: web, index: opened.reading };
    writing = { db: worker, index: opened.writing };
    await reindexArchive(writing);
  });
  afterAll(async () => {
    await clear?.();
    await database?.close();
  });

  const publish = async (what: ToPublish) => {
    const contributor = await published(database, what);
    await indexTestimony(writing, contributor.testimonyId);
    return contributor;
  };
  const find = async (query: string, actor: Actor = VISITOR) => {
    const found = await searchPassages(reading, actor, v.parse(Search, searchParameters(new URLSearchParams(query))));
    expect(found).toMatchObject({ engine: reading.index.name });
    expect(found.degraded).toBeUndefined();
    return found;
  };
  const ask = (q: string, actor?: Actor) => find(new URLSearchParams({ q }).toString(), actor);
  const textsOf = async (q: string) => (await ask(q)).passages.map(({ passage }) => passage.text);

  it.each(VARIANTS)('finds %s where %s was said (%s)', async (asked, said) => {
    const text = `قبل ${said} بعد`;
    await publish({ passages: [{ text }] });
    const { passages } = await ask(asked);
    const hit = passages.find(({ passage }) => passage.text === text);
    expect(hit?.marks.spoken.map(({ start, end }) => text.slice(start, end))).toEqual([said]);
  });

  it('finds Latin letters with and without their marks, and in translation', async () => {
    await publish({
      language: 'tr',
      passages: [{ text: 'Işıklar söndü İstanbul’da', translations: { fr: 'Les lumières s’éteignirent' } }]
    });
    for (const asked of ['isiklar', 'SÖNDÜ', 'istanbul', 'lumieres', 'éteignirent']) expect((await ask(asked)).total).toBe(1);
  });

  it('puts what was written so before what merely begins so, and that before what is spelt otherwise; speech before translation', async () => {
    await publish({
      language: 'en',
      passages: [
        { text: 'a harvester passed' },
        { text: 'the harvest came' },
        { text: 'the harvezt was lost' },
        { text: 'nothing grew', translations: { es: 'harvest' } }
      ]
    });
    expect(await textsOf('harvest')).toEqual(['the harvest came', 'nothing grew', 'a harvester passed', 'the harvezt was lost']);
  });

  it('completes the last word only, and only until a space ends it', async () => {
    await publish({ language: 'en', passages: [{ text: 'corridors were painted turquoise' }] });
    expect(await textsOf('painted turqu')).toHaveLength(1);
    expect(await textsOf('turqu painted')).toHaveLength(0);
    expect(await textsOf('painted turqu ')).toHaveLength(0);
  });

  it('forgives one wrong letter from five, two from nine, none before', async () => {
    await publish({ language: 'en', passages: [{ text: 'the blindfold hid a chessboard and soap' }] });
    await publish({ passages: [{ text: 'أخذوا البطانيات كلها' }] });
    expect(await textsOf('blidnfold ')).toHaveLength(1);
    expect(await textsOf('chesbbord ')).toHaveLength(1);
    expect(await textsOf('chbsbbord ')).toHaveLength(0);
    expect(await textsOf('sopa ')).toHaveLength(0);
    expect(await textsOf('البطاميات ')).toHaveLength(1);
  });

  it('takes a quoted question to the letter: order, hamza and endings', async () => {
    await publish({ passages: [{ text: 'رأيتُ القمرَ من النافذةِ الصغيرة', translations: { en: 'I saw the moon from the small window' } }] });
    expect(await textsOf('"القمر من النافذة"')).toHaveLength(1);
    expect(await textsOf('«from the small window»')).toHaveLength(1);
    expect(await textsOf('"النافذة من القمر"')).toHaveLength(0);
    expect(await textsOf('"قمر"')).toHaveLength(0);
    expect(await textsOf('"رايت القمر"')).toHaveLength(0);
    expect(await textsOf('"moon from" صغيرة')).toHaveLength(1);
  });

  it('wants every word', async () => {
    await publish({ language: 'en', passages: [{ text: 'lanterns and tambourines' }, { text: 'lanterns and violins' }] });
    expect(await textsOf('tambourines lanterns')).toEqual(['lanterns and tambourines']);
  });

  it('narrows by every facet and counts each as if it alone were open', async () => {
    const word = 'zanzibar';
    await publish({
      language: 'en',
      medium: 'audio',
      facility: 'citadel',
      themes: ['food', 'family'],
      years: [1978, 1982],
      passages: [{ text: word }, { text: word }]
    });
    await publish({
      language: 'en',
      medium: 'video',
      facility: 'valley',
      themes: ['food'],
      years: [2013, 2013],
      passages: [{ text: word }]
    });
    await publish({ language: 'ar', medium: 'written', passages: [{ text: 'زنجبار', translations: { en: word } }] });

    const all = await find(`q=${word}`);
    expect([all.total, all.testimonies]).toEqual([4, 3]);
    expect(all.facets).toEqual({
      facility: { citadel: 2, valley: 1 },
      years: { 1970: 2, 1980: 2, 2010: 1 },
      themes: { food: 3, family: 2 },
      language: { en: 3, ar: 1 },
      medium: { audio: 2, video: 1, written: 1 }
    });

    const narrowed = await find(`q=${word}&facility=citadel&years=1980-1989&themes=food`);
    expect(narrowed.total).toBe(2);
    expect(narrowed.facets.facility).toEqual({ citadel: 2 });
    expect((await find(`q=${word}&facility=citadel`)).facets.facility).toEqual({ citadel: 2, valley: 1 });
    expect((await find(`q=${word}&facility=citadel&facility=valley&medium=video`)).total).toBe(1);
    expect((await find(`q=${word}&years=1979`)).total).toBe(2);
    expect((await find(`q=${word}&language=ar`)).total).toBe(1);
    expect((await find(`q=${word}&facility=nowhere`)).total).toBe(0);
  });

  it('finds a place by any of its names, as the vocabulary has them at that moment', async () => {
    await database.sql(
      `insert into facility (slug, name_ar, name_en, aliases) values ('bayt-al-raml', 'بيت الرمل', 'Bayt al-Raml', '{Beit Raml}')`
    );
    const said = ['نقلونا من بيت الرمل ليلًا', 'بقينا ببيتِ الرمل سنة', 'they took us to Beit-Raml', 'the gate of Bayt al Raml'];
    await publish({ language: 'ar', passages: said.slice(0, 2).map((text) => ({ text })) });
    await publish({ language: 'en', passages: [...said.slice(2), 'the Sand House', 'a house, a beit'].map((text) => ({ text })) });
    for (const asked of ['بيت الرمل', 'beit raml', 'Bayt al-Raml', 'BEIT RAML '])
      expect((await textsOf(asked)).toSorted(), asked).toEqual(said.toSorted());
    expect(await textsOf('beit raml gate')).toEqual(['the gate of Bayt al Raml']);
    expect(await textsOf('"beit raml"')).toEqual(['they took us to Beit-Raml']);
    const [first] = (await ask('beit raml')).passages;
    expect(first!.passage.text).toBe('they took us to Beit-Raml');

    await database.sql(`update facility set aliases = '{Sand House}' where slug = 'bayt-al-raml'`);
    expect((await textsOf('sand house')).length).toBe(4);
    expect((await ask('sand house')).passages[0]!.passage.text).toBe('the Sand House');
    expect(await textsOf('beit raml')).toEqual(['they took us to Beit-Raml']);
    await database.sql(`delete from facility`);
  });

  it('gives the pages of a long answer without a gap or a double', async () => {
    await publish({ language: 'en', passages: Array.from({ length: 45 }, (_, n) => ({ text: `kaleidoscope ${n}` })) });
    const pages = [await find('q=kaleidoscope'), await find('q=kaleidoscope&page=2'), await find('q=kaleidoscope&page=3')];
    expect(pages.map(({ passages, total, pages }) => [passages.length, total, pages])).toEqual([
      [20, 45, 3],
      [20, 45, 3],
      [5, 45, 3]
    ]);
    expect(new Set(pages.flatMap(({ passages }) => passages.map(({ passage }) => passage.text))).size).toBe(45);
  });

  it('shows what is for journalists to vetted journalists only, and suggests its words to nobody else', async () => {
    const reader = await staff(database.sql, ['reader']);
    await database.sql(`insert into reader_purpose (user_id, purpose) values ($1, 'journalists')`, [reader.userId]);
    const lawyer = await staff(database.sql, ['reader']);
    await database.sql(`insert into reader_purpose (user_id, purpose) values ($1, 'court')`, [lawyer.userId]);
    await publish({ language: 'en', answers: { public: 'no', court: 'unsure' }, passages: [{ text: 'the xylophone' }] });

    expect((await ask('xylophone', reader)).total).toBe(1);
    for (const actor of [VISITOR, lawyer]) {
      const { total, passages, facets } = await ask('xylophone', actor);
      expect([total, passages, facets.language]).toEqual([0, [], {}]);
    }
    expect(await suggestWords(reading, reader, 'the xylo')).toEqual(['the xylophone']);
    expect(await suggestWords(reading, VISITOR, 'the xylo')).toEqual([]);
  });

  it('R10 shows nothing of a withdrawn testimony from the very transaction on, and forgets its words with the job', async () => {
    const contributor = await publish({ language: 'en', passages: [{ text: 'my accordion' }] });
    const { index, db } = writing;
    expect((await ask('accordion')).total).toBe(1);

    await asActor(web, contributor, (tx) =>
      tx.updateTable('testimony').set({ state: 'withdrawn' }).where('id', '=', contributor.testimonyId).execute()
    );
    expect(await ask('accordion')).toMatchObject({ total: 0, passages: [] });
    expect(await suggestWords(reading, VISITOR, 'accor')).toEqual([]);

    await indexTestimony({ index, db }, contributor.testimonyId);
    expect(await ask('accordion')).toMatchObject({ total: 0, passages: [], facets: { language: {} } });
    expect(await database.sql(`select word from search_word where word = 'accordion'`)).toEqual([]);
  });

  it('R10 a consent that is narrowed narrows search at once', async () => {
    const contributor = await publish({ language: 'en', passages: [{ text: 'a bassoon' }] });
    expect((await ask('bassoon')).total).toBe(1);
    await asActor(web, contributor, (tx) =>
      tx
        .insertInto('consent')
        .values({ testimony_id: contributor.testimonyId, text_version: 1, text_language: 'ar', keep: 'yes', court: 'yes' } as never)
        .execute()
    );
    expect(await ask('bassoon')).toMatchObject({ total: 0, passages: [] });
  });

  it('puts a new edition in the place of the old one', async () => {
    const contributor = await publish({ language: 'en', passages: [{ text: 'first mandolin' }] });
    await database.sql('update publication set unpublished_at = now() where id = $1', [contributor.publicationId]);
    const again = await published(database, { language: 'en', passages: [{ text: 'second mandolin' }] });
    await indexTestimony(writing, contributor.testimonyId);
    await indexTestimony(writing, again.testimonyId);
    await indexTestimony(writing, again.testimonyId);
    expect(await textsOf('mandolin')).toEqual(['second mandolin']);
  });

  it('suggests whole words of what may be read, the frequent first, and keeps what was typed before', async () => {
    await publish({ language: 'en', passages: [{ text: 'clarinet clarify' }, { text: 'clarinet' }] });
    await publish({ passages: [{ text: 'والمِزمارُ هناك' }] });
    expect(await suggestWords(reading, VISITOR, 'an old clari')).toEqual(['an old clarinet', 'an old clarify']);
    expect(await suggestWords(reading, VISITOR, 'المزم')).toEqual(['مزمار']);
    expect(await suggestWords(reading, VISITOR, 'clarinet ')).toEqual([]);
    expect(await suggestWords(reading, VISITOR, 'c')).toEqual([]);
  });

  it('refuses ten thousand words clearly, and asks nothing of punctuation', async () => {
    await expect(ask('word '.repeat(10_000))).rejects.toMatchObject({ code: 'query_too_long', status: 400, detail: { words: 10 } });
    await expect(ask('a b c d e f g h i j k')).rejects.toMatchObject({ code: 'query_too_long' });
    expect(await ask('؟! « » --')).toMatchObject({ total: 0, passages: [] });
  });

  it.each(["'; drop table search_passage; --", '\\', "a'b\\'c", '():*&|!<->', '"', '"" "', '\u0000', '\ud800', '%_', 'ﷺ'])(
    'takes %j as a question like any other',
    async (q) => {
      await expect(ask(q)).resolves.toBeDefined();
      await expect(suggestWords(reading, VISITOR, q)).resolves.toBeDefined();
    }
  );

  it('keeps a very long passage, a very long word and five hundred of the same', async () => {
    const text = `${'q'.repeat(5_000)} ${'drum '.repeat(500)} ${Array.from({ length: 20_000 }, (_, n) => `w${n}`).join(' ')} glockenspiel`;
    await publish({ language: 'en', passages: [{ text }] });
    expect((await ask('glockenspiel drum')).total).toBe(1);
  });

  it('is rebuilt from the editions while it goes on answering', async () => {
    await publish({ language: 'en', passages: [{ text: 'one trombone' }] });
    const lost = await publish({ language: 'en', passages: [{ text: 'two trombones' }] });
    await writing.index.removeTestimony(lost.testimonyId);
    const gone = await publish({ language: 'en', passages: [{ text: 'three trombones' }] });
    await database.sql('delete from testimony where id = $1', [gone.testimonyId]);

    const rebuilt = reindexArchive(writing);
    const meanwhile: number[] = [];
    for (let n = 0; n < 20; n++) meanwhile.push((await ask('"one trombone"')).total);
    const passages = await rebuilt;
    expect(meanwhile).toEqual(meanwhile.map(() => 1));
    expect((await ask('trombone')).total).toBe(2);
    const [open] = await database.sql<{ n: number }>(
      'select count(*)::int as n from publication_passage p join publication e on e.id = p.publication_id where e.unpublished_at is null'
    );
    expect(passages).toBeLessThanOrEqual(open!.n);
    expect(passages).toBeGreaterThan(0);
  });

  it('opens exactly the editions that their own policy opens', async () => {
    const reader = await staff(database.sql, ['reader']);
    await database.sql(`insert into reader_purpose (user_id, purpose) values ($1, 'research')`, [reader.userId]);
    await publish({ language: 'en', answers: { public: 'no' }, passages: [{ text: 'a viola' }] });
    await publish({ language: 'en', answers: { keep: 'no' }, passages: [{ text: 'a viola' }] });
    for (const actor of [VISITOR, reader]) {
      const found = new Set<string>();
      const { pages } = await find('', actor);
      for (let page = 1; page <= pages; page++)
        for (const { edition } of (await find(`page=${page}`, actor)).passages) found.add(edition.id);
      const open = await asActor(web, actor, (tx) => tx.selectFrom('publication').select('id').execute());
      expect([...found].sort()).toEqual(open.map(({ id }) => id).sort());
      expect(found.size).toBeGreaterThan(0);
    }
  });

  it('is healthy', async () => {
    expect(await reading.index.health()).toMatchObject({ ok: true });
  });
});
