import { installTranscriber } from '../src/embedded/transcriber/install.mjs';

/**
 * Installs the speech engine, or says why there is none; never the end of anything else.
 *
 * @param {string} data folder to install it in
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>} whether it is there
 */
export async function installSpeechEngine(data, say) {
  const engine = await installTranscriber({ data, model: process.env.WHISPER_MODEL || undefined, say });
  if (!engine.ok) say(`No speech engine: ${engine.reason}${engine.remedy ? ` To get it: ${engine.remedy}` : ''} The rest goes on.`);
  return engine.ok;
}
