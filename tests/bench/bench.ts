/** One printed line of a bench. Every file in tests/bench but this and run.ts exports `run(): Promise<Row[]>`. */
export type Row = {
  /** What was measured, as a phrase: "search p95, 20,000 passages". */
  name: string;
  figure: number;
  unit: string;
  /** The same measure of the plain thing we compare with, taken in the same run. */
  baseline?: number;
  /** figure / baseline, or baseline / figure where more is better; the bench says which by its target. */
  ratio?: number;
  /** The bound in words, such as "<= 1.3×"; checked against `ratio`, or against `figure` where there is no baseline. */
  target?: string;
};
