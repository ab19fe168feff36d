/** `wrong` has to be mended before anybody tells the archive anything; `attention` may be meant so. */
export type Level = 'good' | 'attention' | 'wrong';

/** One sentence about one part of the archive, and what to do where something is to be done. Neither quotes a key or a password. */
export type Finding = { part: string; level: Level; says: string; todo?: string };

export const good = (part: string, says: string): Finding => ({ part, level: 'good', says });
export const attention = (part: string, says: string, todo: string): Finding => ({ part, level: 'attention', says, todo });
export const wrong = (part: string, says: string, todo: string): Finding => ({ part, level: 'wrong', says, todo });

/** Whether a host is this machine: what goes there crosses no line. */
export const isHere = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[?::1\]?)$/.test(host);

const PATIENCE_MS = 5_000;

export type Answered = { status: number; json: Record<string, unknown> };

/** Asks a server; null where it cannot be reached. Follows no redirect, so that a key goes nowhere else. */
export async function ask(url: string, headers: Record<string, string> = {}): Promise<Answered | null> {
  try {
    const response = await fetch(url, { headers, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    const text = await response.text();
    return { status: response.status, json: asObject(text) };
  } catch {
    return null;
  }
}

function asObject(text: string): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(text);
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** A server elsewhere that is spoken to in the clear. */
export function inTheClear(part: string, variable: string, url: string): Finding[] {
  const { protocol, hostname } = new URL(url);
  if (protocol === 'https:' || isHere(hostname)) return [];
  return [
    attention(part, `${variable} is not encrypted on its way.`, 'Name it with https, or keep the line between the machines private.')
  ];
}
