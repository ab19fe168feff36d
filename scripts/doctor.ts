import { readEnv } from '#platform/env.ts';
import { lookAtDatabase } from './doctor/database.ts';
import type { Finding, Level } from './doctor/finding.ts';
import { lookAtMachine } from './doctor/machine.ts';
import { lookAtEngines, lookAtIdentity, lookAtMail, lookAtMedia, lookAtSearch } from './doctor/servers.ts';

/** `npm run doctor`: what the archive reaches, and what is missing or too wide. Ends with 1 where something has to be mended. */
const SIGN: Readonly<Record<Level, string>> = { good: 'ok   ', attention: 'look ', wrong: 'WRONG' };

function tell({ part, level, says, todo }: Finding): void {
  console.log(`${SIGN[level]}  ${part}: ${says}${todo ? `\n       → ${todo}` : ''}`);
}

try {
  const env = readEnv();
  const looks = [
    lookAtDatabase,
    lookAtIdentity,
    lookAtMedia,
    lookAtSearch,
    lookAtEngines,
    lookAtMail,
    (all: typeof env) => lookAtMachine(all)
  ];
  const findings = (await Promise.all(looks.map((look) => look(env)))).flat();
  findings.forEach(tell);
  const mend = findings.filter(({ level }) => level === 'wrong').length;
  console.log(mend ? `\n${mend} to be mended.` : '\nNothing has to be mended.');
  process.exitCode = mend ? 1 : 0;
} catch (error) {
  console.error(
    `${(error as Error).message}\nStart the archive once (npm start), which writes down what it chose, or name your servers: docs/servers.md.`
  );
  process.exitCode = 1;
}
