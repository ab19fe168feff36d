import { readdirSync } from 'node:fs';
import type { Row } from './bench.ts';

/** Whether a bound like "<= 1.3×" or ">= 0.7" holds; null when the row names none. */
function holds({ figure, ratio, target }: Row): boolean | null {
  const bound = target?.match(/^(<=|>=)\s*([\d.]+)/);
  if (!bound) return null;
  const value = ratio ?? figure;
  return bound[1] === '<=' ? value <= Number(bound[2]) : value >= Number(bound[2]);
}

const digits = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toFixed(2));
const only = process.argv.slice(2);
const benches = readdirSync(import.meta.dirname)
  .filter((name) => name.endsWith('.ts') && name !== 'bench.ts' && name !== 'run.ts')
  .filter((name) => only.length === 0 || only.some((word) => name.includes(word)));

let missed = 0;
for (const file of benches) {
  console.log(`\n${file.replace(/(\.bench)?\.ts$/, '')}`);
  try {
    const { run } = (await import(`./${file}`)) as { run: () => Promise<Row[]> };
    const rows = await run();
    console.table(
      rows.map((row) => {
        const met = holds(row);
        if (met === false) missed++;
        return {
          what: row.name,
          figure: `${digits(row.figure)} ${row.unit}`,
          baseline: row.baseline === undefined ? '' : `${digits(row.baseline)} ${row.unit}`,
          ratio: row.ratio === undefined ? '' : `${row.ratio.toFixed(2)}×`,
          target: row.target ?? '',
          met: met === null ? '' : met ? 'yes' : 'NO'
        };
      })
    );
  } catch (error) {
    missed++;
    console.error(error);
  }
}
console.log(missed === 0 ? '\nEvery target is met.' : `\n${missed} targets are missed.`);
process.exit(missed === 0 ? 0 : 1);
