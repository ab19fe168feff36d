/** Reminders a person may choose, in minutes of listening; 0 is none. */
export const REMINDERS = [0, 30, 60, 120] as const;

type Kept = { day: string; ms: number; remindAt: number };
export type Keep = Pick<Storage, 'getItem' | 'setItem'>;

const KEY = 'desk-listening';
const today = () => new Date().toISOString().slice(0, 10);

/**
 * How long someone at the desk has listened today, and when they asked to be reminded (R40). It is theirs: it stays in their browser and
 * nobody else sees it.
 */
export class Listening {
  ms = $state(0);
  /** Minutes; 0: no reminder. */
  remindAt = $state(0);
  /** The reminder came up, and was not put away. */
  due = $state(false);
  readonly #keep: Keep;
  #day = today();

  constructor(keep: Keep) {
    this.#keep = keep;
    const kept = read(keep);
    this.remindAt = kept.remindAt;
    this.ms = kept.day === this.#day ? kept.ms : 0;
  }

  /** `ms` more were heard. A new day begins at nothing. */
  heard(ms: number): void {
    if (this.#day !== today()) {
      this.#day = today();
      this.ms = 0;
    }
    const limit = this.remindAt * 60_000;
    if (limit && this.ms < limit && this.ms + ms >= limit) this.due = true;
    this.ms += ms;
    this.#write();
  }

  remind(minutes: number): void {
    this.remindAt = minutes;
    this.due = false;
    this.#write();
  }

  #write(): void {
    this.#keep.setItem(KEY, JSON.stringify({ day: this.#day, ms: this.ms, remindAt: this.remindAt } satisfies Kept));
  }
}

function read(keep: Keep): Kept {
  const nothing = { day: '', ms: 0, remindAt: 0 };
  try {
    return { ...nothing, ...(JSON.parse(keep.getItem(KEY) ?? '{}') as Partial<Kept>) };
  } catch {
    // Something else wrote there: it begins anew.
    return nothing;
  }
}
