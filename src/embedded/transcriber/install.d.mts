export type InstalledTranscriber = { ok: true; python: string; server: string; model: string };
export type MissingTranscriber = { ok: false; code: string; reason: string; remedy?: string };

export function installTranscriber(options: {
  data: string;
  model?: string | undefined;
  say?: (line: string) => void;
}): Promise<InstalledTranscriber | MissingTranscriber>;
