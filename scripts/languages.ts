import { writeFileSync } from 'node:fs';
import { languageFiles } from '../src/i18n/write-languages.ts';

/** `npm run languages`: takes in a folder that was added to src/i18n/locales. */
for (const [file, text] of Object.entries(languageFiles())) writeFileSync(file, text);
