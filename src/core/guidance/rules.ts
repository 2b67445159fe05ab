import type { Rule } from './rule.ts';

/** All rules; where two match one line, the earlier one speaks. */
export const rules: readonly Rule[] = [];
