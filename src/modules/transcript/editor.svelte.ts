import type { ErrorCode } from '#platform/errors.ts';
import type { SegmentId } from '#platform/ids.ts';
import type { PassageChange, PassageChanged } from './change-passage.server.ts';
import type { Passage, Translated } from './read-transcript.server.ts';
import { splitText } from './rules.ts';
import type { Segment } from './segment.server.ts';
import { alignWords, DOUBT, tokens, type Word } from './words.ts';

/** What became of a change: done, overtaken by somebody else's, or refused; `offline` when nothing came back. */
export type Sent =
  { done: PassageChanged } | { theirs: { segment?: Segment; translation?: Translated } } | { refused: ErrorCode | 'offline' };
export type Send = (change: PassageChange) => Promise<Sent>;

/** One passage on the page: what it says now, and what the archive has of it. Every field is its own signal: a keystroke touches one. */
export class Draft {
  readonly id: SegmentId;
  readonly recordingId: Passage['recordingId'];
  readonly machineText: string | null;
  text = $state('');
  speaker = $state('');
  startMs = $state<number | null>(null);
  endMs = $state<number | null>(null);
  provenance = $state<'machine' | 'human'>('machine');
  confirmed = $state(false);
  /** How many words nobody is sure of. */
  doubts = $state(0);
  said = $state('');
  translation = $state.raw<Translated | null>(null);
  /** What somebody else saved meanwhile; while it stands, nothing of this passage is sent. */
  conflict = $state.raw<Segment | null>(null);
  saidConflict = $state.raw<Translated | null>(null);
  /** Counts what came from the archive, for whoever draws the words. */
  arrived = $state(0);

  version = 0;
  saved = { text: '', speaker: '', said: '' };
  sure = new Set<number>();
  unsure = new Set<number>();
  #words: Word[] = [];
  #wordsOf = '';

  constructor(passage: Passage) {
    this.id = passage.id;
    this.recordingId = passage.recordingId;
    this.machineText = passage.machineText;
    this.adopt(passage);
    this.adoptTranslation(passage.translation);
    this.text = passage.text;
    this.speaker = passage.speaker;
    this.said = passage.translation?.text ?? '';
  }

  /** Takes over what the archive has; what is being typed stays. */
  adopt(segment: Segment): void {
    if (this.text === this.saved.text) this.text = segment.text;
    if (this.speaker === this.saved.speaker) this.speaker = segment.speaker;
    this.saved = { ...this.saved, text: segment.text, speaker: segment.speaker };
    this.startMs = segment.startMs;
    this.endMs = segment.endMs;
    this.provenance = segment.provenance;
    this.confirmed = segment.confirmed;
    this.version = segment.version;
    this.#words = segment.words;
    this.#wordsOf = segment.text;
    this.doubts = segment.words.filter(isDoubtful).length;
    this.arrived++;
  }

  adoptTranslation(translation: Translated | null): void {
    if (this.said === this.saved.said) this.said = translation?.text ?? '';
    this.saved = { ...this.saved, said: translation?.text ?? '' };
    this.translation = translation;
  }

  /** The words of the text as it stands on the page, reckoned again only when somebody asks after a change. */
  words(): readonly Word[] {
    if (this.text !== this.#wordsOf && this.startMs !== null && this.endMs !== null) {
      this.#words = alignWords(this.#words, this.text, { startMs: this.startMs, endMs: this.endMs });
      this.#wordsOf = this.text;
    }
    return this.#words.length === tokens(this.text).length ? this.#words : [];
  }

  get textDirty(): boolean {
    return this.text !== this.saved.text || this.speaker !== this.saved.speaker || this.sure.size + this.unsure.size > 0;
  }
  get saidDirty(): boolean {
    return this.said !== this.saved.said;
  }
}

/** How long after a refusal what was typed is sent again by itself. */
const RETRY_MS = 5_000;

export const isDoubtful = ({ p }: Word): boolean => (p ?? 1) < DOUBT;

/**
 * The live editor: takes what is typed at once, sends it a second later, one change after another, and keeps what could not be sent.
 */
export class TranscriptEditor {
  passages = $state.raw<readonly Draft[]>([]);
  saving = $state<'saved' | 'unsaved' | 'saving'>('saved');
  /** Why the last save did not go through; it is tried again. */
  failure = $state.raw<ErrorCode | 'offline' | null>(null);

  readonly #send: Send;
  readonly #into: string;
  readonly #unsent = new Set<Draft>();
  #line: Promise<unknown> = Promise.resolve();
  #retryAt = 0;

  constructor(passages: readonly Passage[], into: string, send: Send) {
    this.#into = into;
    this.#send = send;
    this.passages = passages.map((passage) => new Draft(passage));
  }

  get unsaved(): boolean {
    return this.#unsent.size > 0 || this.saving === 'saving';
  }

  typed(draft: Draft, text: string): void {
    draft.text = text;
    this.#touched(draft);
  }
  named(draft: Draft, speaker: string): void {
    draft.speaker = speaker;
    this.#touched(draft);
  }
  translated(draft: Draft, said: string): void {
    draft.said = said;
    this.#touched(draft);
  }
  /** Somebody looked at a word (`sure`), or does not trust it. Places count in the text as it stands. */
  judged(draft: Draft, place: number, sure: boolean): void {
    (sure ? draft.sure : draft.unsure).add(place);
    (sure ? draft.unsure : draft.sure).delete(place);
    this.#touched(draft);
  }

  #touched(draft: Draft): void {
    this.#unsent.add(draft);
    if (this.saving === 'saved') this.saving = 'unsaved';
  }

  /** Sends what was typed, unless something was refused a moment ago: a locked desk or a lost line is not asked every second. */
  tick(): void {
    if (Date.now() >= this.#retryAt) void this.flush();
  }

  /** Sends what was typed, now. */
  flush(): Promise<void> {
    return this.#inLine(async () => {
      for (const draft of [...this.#unsent]) await this.#save(draft);
    });
  }

  async #save(draft: Draft): Promise<void> {
    this.#unsent.delete(draft);
    if (draft.textDirty && !draft.conflict) await this.#saveText(draft);
    if (draft.saidDirty && !draft.saidConflict) await this.#saveTranslation(draft);
  }

  async #saveText(draft: Draft): Promise<void> {
    const { id, version, text, speaker } = draft;
    const [sure, unsure] = [[...draft.sure], [...draft.unsure]];
    draft.sure.clear();
    draft.unsure.clear();
    const sent = await this.#sending({ do: 'edit', segmentId: id, version, text, speaker, sure, unsure });
    if ('done' in sent) {
      if (text !== draft.saved.text && draft.translation) draft.translation = { ...draft.translation, stale: true };
      // What was typed meanwhile is newer than what came back.
      draft.saved = { ...draft.saved, text, speaker };
      draft.adopt(sent.done.segments![0]!);
      if (draft.textDirty) this.#unsent.add(draft);
    } else if ('theirs' in sent) this.#overtaken(draft, sent.theirs.segment!);
    else {
      for (const place of sure) draft.sure.add(place);
      for (const place of unsure) draft.unsure.add(place);
      this.#unsent.add(draft);
    }
  }

  async #saveTranslation(draft: Draft): Promise<void> {
    const { id, said, version, translation } = draft;
    const sent = await this.#sending({
      do: 'translate',
      segmentId: id,
      language: this.#into,
      text: said,
      version: translation?.version ?? null,
      sourceVersion: version
    });
    if ('done' in sent) {
      draft.saved = { ...draft.saved, said };
      draft.adoptTranslation(sent.done.translation!);
      if (draft.saidDirty) this.#unsent.add(draft);
    } else if ('theirs' in sent) {
      const theirs = sent.theirs.translation!;
      if (theirs.text === draft.saved.said || theirs.text === said) {
        draft.translation = theirs;
        this.#unsent.add(draft);
      } else draft.saidConflict = theirs;
    } else this.#unsent.add(draft);
  }

  /** Where only the version moved on, or both wrote the same, there is nothing to choose. */
  #overtaken(draft: Draft, theirs: Segment): void {
    if (theirs.text === draft.saved.text || theirs.text === draft.text) {
      draft.adopt(theirs);
      if (draft.textDirty) this.#unsent.add(draft);
    } else draft.conflict = theirs;
  }

  keepMine(draft: Draft): void {
    if (draft.conflict) {
      draft.version = draft.conflict.version;
      draft.saved = { ...draft.saved, text: draft.conflict.text, speaker: draft.conflict.speaker };
    }
    if (draft.saidConflict) {
      draft.translation = draft.saidConflict;
      draft.saved = { ...draft.saved, said: draft.saidConflict.text };
    }
    draft.conflict = draft.saidConflict = null;
    this.#touched(draft);
  }

  takeTheirs(draft: Draft): void {
    const { conflict, saidConflict } = draft;
    draft.conflict = draft.saidConflict = null;
    if (conflict) {
      draft.text = draft.saved.text;
      draft.speaker = draft.saved.speaker;
      draft.adopt(conflict);
    }
    if (saidConflict) {
      draft.said = draft.saved.said;
      draft.adoptTranslation(saidConflict);
    }
  }

  /** @returns the second passage, or null where it could not be split */
  split(draft: Draft, caret: number): Promise<Draft | null> {
    return this.#inLine(async () => {
      await this.#save(draft);
      if (draft.textDirty || !splitText(draft.text, caret)) return null;
      const sent = await this.#sending({ do: 'split', segmentId: draft.id, version: draft.version, caret });
      if (!('done' in sent)) return null;
      const [first, second] = sent.done.segments!;
      draft.adopt(first!);
      if (draft.translation) draft.translation = { ...draft.translation, stale: true };
      const added = new Draft({ ...second!, translation: null });
      this.passages = this.passages.flatMap((passage) => (passage === draft ? [draft, added] : [passage]));
      return added;
    });
  }

  /** @returns the passage it was merged into and the caret between the two, or null where it could not be merged */
  merge(draft: Draft): Promise<{ into: Draft; caret: number } | null> {
    return this.#inLine(async () => {
      const into = this.passages[this.passages.indexOf(draft) - 1];
      if (!into || into.recordingId !== draft.recordingId) return null;
      await this.#save(into);
      await this.#save(draft);
      if (into.textDirty || draft.textDirty) return null;
      const caret = into.text.length;
      const sent = await this.#sending({ do: 'merge', segmentId: draft.id, version: draft.version });
      if (!('done' in sent)) return null;
      into.adopt(sent.done.segments![0]!);
      if (draft.translation) {
        const said = `${into.saved.said} ${draft.saved.said}`.trim();
        into.adoptTranslation({
          ...(into.translation ?? draft.translation),
          text: said,
          stale: true,
          version: (into.translation?.version ?? 0) + 1
        });
      }
      this.passages = this.passages.filter((passage) => passage !== draft);
      return { into, caret };
    });
  }

  confirm(draft: Draft): Promise<void> {
    return this.#inLine(async () => {
      await this.#save(draft);
      const sent = await this.#sending({ do: 'confirm', segmentId: draft.id, version: draft.version });
      if ('done' in sent) draft.adopt(sent.done.segments![0]!);
      else if ('theirs' in sent) this.#overtaken(draft, sent.theirs.segment!);
    });
  }

  confirmTranslation(draft: Draft): Promise<void> {
    return this.#inLine(async () => {
      await this.#save(draft);
      if (!draft.translation) return;
      const { version } = draft.translation;
      const sent = await this.#sending({ do: 'confirm_translation', segmentId: draft.id, language: this.#into, version });
      if ('done' in sent) draft.adoptTranslation(sent.done.translation!);
    });
  }

  /** @returns whether the times hold; false: they run into a neighbour or out of the recording, and nothing changed */
  retime(draft: Draft, startMs: number, endMs: number): Promise<boolean> {
    return this.#inLine(async () => {
      await this.#save(draft);
      const sent = await this.#sending({ do: 'retime', segmentId: draft.id, version: draft.version, startMs, endMs });
      if ('done' in sent) draft.adopt(sent.done.segments![0]!);
      if (!('refused' in sent) || sent.refused !== 'invalid_input') return true;
      // Said beside the form: what is typed is saved all the same.
      this.failure = null;
      return false;
    });
  }

  /** Takes in what a page load brought: passages of others, new ones, those that are gone; never what is being typed here. */
  receive(passages: readonly Passage[]): void {
    const here = new Map(this.passages.map((draft) => [draft.id, draft]));
    this.passages = passages.map((passage) => {
      const draft = here.get(passage.id);
      if (!draft) return new Draft(passage);
      if (passage.version > draft.version && !draft.textDirty) draft.adopt(passage);
      return draft;
    });
  }

  /** Puts `by` in the place of `words` in every passage. @returns in how many places */
  replace(words: string, by: string): number {
    let places = 0;
    if (!words) return places;
    for (const draft of this.passages) {
      const parts = draft.text.split(words);
      if (parts.length === 1) continue;
      places += parts.length - 1;
      this.typed(draft, parts.join(by));
    }
    return places;
  }

  async #sending(change: PassageChange): Promise<Sent> {
    this.saving = 'saving';
    const sent = await this.#send(change);
    this.failure = 'refused' in sent ? sent.refused : null;
    this.#retryAt = this.failure ? Date.now() + RETRY_MS : 0;
    return sent;
  }

  /** One change after another: each is made on the version that the one before it left. */
  #inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#line.then(work).finally(() => {
      this.saving = this.#unsent.size ? 'unsaved' : 'saved';
    });
    this.#line = done.catch(() => undefined);
    return done;
  }
}
