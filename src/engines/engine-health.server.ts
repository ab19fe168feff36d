import type { Env } from '#platform/env.ts';
import { DomainError } from '#platform/errors.ts';
import type { MediaStore } from './store/port.ts';
import type { SearchIndex } from './index/port.ts';
import { openTranscriber, openTranslator } from './engines.server.ts';

/** `absent`: none was named, a normal state. `detail`: the engine's own name for its model or what it can do, for staff. */
export type EngineStanding = {
  engine: 'transcriber' | 'translator' | 'index' | 'store';
  state: 'up' | 'down' | 'absent';
  detail: string | null;
  /** Why it is not asked, or what it last refused with: a code of ours or of its own. */
  reason?: string;
  /** Testimonies whose last change it does not have yet. */
  waiting?: number;
};

const PATIENCE_MS = 2_000;

/** How the engines are, asked at the same time; one that does not answer in two seconds counts as down. */
export function engineHealth({ env, index, store }: { env: Env; index: SearchIndex; store: MediaStore }): Promise<EngineStanding[]> {
  const { TRANSCRIBER_URL, TRANSLATOR_URL } = env;
  return Promise.all([
    standing('transcriber', TRANSCRIBER_URL, async (signal) => {
      const { ready, model } = await openTranscriber(env)!.health(signal);
      if (!ready) throw new DomainError('engine_down');
      return model;
    }),
    standing('translator', TRANSLATOR_URL, async (signal) => {
      const directions = await openTranslator(env)!.languages(signal);
      return directions.map(({ source, target }) => `${source} → ${target}`).join(', ');
    }),
    indexStanding(index),
    standing('store', 'disk', async () => {
      const room = await store.room();
      return room === null ? null : `${Math.floor(room / 1e9)} GB`;
    })
  ]);
}

/** The index has a limit of its own, and where it fails Postgres answers in its place. */
async function indexStanding(index: SearchIndex): Promise<EngineStanding> {
  const { engine, version, ok, reason, waiting } = await index.health();
  return {
    engine: 'index',
    state: ok ? 'up' : 'down',
    detail: version ? `${engine} ${version}` : engine,
    ...(reason && { reason }),
    ...(waiting && { waiting })
  };
}

async function standing(
  engine: EngineStanding['engine'],
  named: string | undefined,
  ask: (signal: AbortSignal) => Promise<string | null>
): Promise<EngineStanding> {
  if (!named) return { engine, state: 'absent', detail: null };
  const late = AbortSignal.timeout(PATIENCE_MS);
  try {
    const detail = await Promise.race([
      ask(late),
      new Promise<never>((_, refuse) => late.addEventListener('abort', () => refuse(new DomainError('engine_down'))))
    ]);
    return { engine, state: 'up', detail };
  } catch (error) {
    // Down is an answer here, whatever the reason; what is not a refusal is a fault of ours and goes on.
    if (error instanceof DomainError || late.aborted) return { engine, state: 'down', detail: null };
    throw error;
  }
}
