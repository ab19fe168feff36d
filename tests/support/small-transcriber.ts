import { once } from 'node:events';
import { createServer } from 'node:http';

/** OpenAI's audio API over HTTP, hearing the same two passages in everything: for processes that are given an address. */
export async function smallTranscriber(): Promise<{ url: string; heard: () => number; stop: () => void }> {
  let heard = 0;
  const word = (text: string, start: number) => ({ word: text, start, end: start + 0.3, probability: 0.9 });
  const segments = [
    { start: 0, end: 1.5, text: 'We were forty', words: [word('We', 0), word('were', 0.4), word('forty', 1)] },
    { start: 2, end: 3.5, text: 'in one room', words: [word('in', 2), word('one', 2.5), word('room', 3)] }
  ];
  const answers: Record<string, object> = {
    '/v1/models': { data: [{ id: 'whisper-small' }] },
    '/health': { model: 'whisper-small', translates: true },
    '/v1/audio/transcriptions': { task: 'transcribe', language: 'en', duration: 4, text: '', segments },
    '/v1/audio/translations': { task: 'translate', language: 'en', duration: 4, text: '', segments }
  };
  const server = createServer((req, res) => {
    req.resume().on('end', () => {
      if (req.url === '/v1/audio/transcriptions') heard += 1;
      const answer = answers[req.url ?? ''];
      res.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  return { url: `http://127.0.0.1:${port}`, heard: () => heard, stop: () => server.close() };
}
