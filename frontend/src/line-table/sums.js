// Running totals of one column: a changed line costs two additions, not a walk of the table.

import { decimal, rounded, times } from "./exact.js";

export class Sums {
  /** factors: {key: "1.34316"}; fixed: whole rials as text. */
  constructor(factors, fixed) {
    this.factors = new Map(Object.entries(factors).map(([key, text]) => [key, decimal(text)]));
    this.fixed = BigInt(fixed);
    this.byFactor = new Map();
    this.byChapter = new Map();
    this.lines = 0n;
  }

  /** Counts a line's amount in, or the difference when it changed. */
  add(factor, chapter, amount) {
    this.lines += amount;
    this.byFactor.set(factor, (this.byFactor.get(factor) ?? 0n) + amount);
    this.byChapter.set(chapter, (this.byChapter.get(chapter) ?? 0n) + amount);
  }

  chapter(key) {
    return this.byChapter.get(key) ?? 0n;
  }

  /** Each group of coefficients is rounded once; a line without one counts as it is. */
  get works() {
    let sum = 0n;
    for (const [key, amount] of this.byFactor) {
      const factor = this.factors.get(key);
      sum += factor ? rounded(times({ units: amount, scale: 0 }, factor)) : amount;
    }
    return sum;
  }

  get gross() {
    return this.works + this.fixed;
  }
}
