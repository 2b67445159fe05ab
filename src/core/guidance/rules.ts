import type { Rule } from './rule.ts';
import { assertionRules } from './rules/assertion.ts';
import { commandRules } from './rules/command.ts';
import { csharpRules } from './rules/csharp.ts';
import { dependencyRules } from './rules/dependency.ts';
import { fileRules } from './rules/file.ts';
import { goRules } from './rules/go.ts';
import { javaRules } from './rules/java.ts';
import { memoryRules } from './rules/memory.ts';
import { moduleRules } from './rules/module.ts';
import { networkRules } from './rules/network.ts';
import { pythonRules } from './rules/python.ts';
import { rustRules } from './rules/rust.ts';
import { syntaxRules } from './rules/syntax.ts';
import { typescriptRules } from './rules/typescript.ts';
import { undefinedRules } from './rules/undefinedAccess.ts';
import { webSecurityRules } from './rules/webSecurity.ts';
import { wrongTypeRules } from './rules/wrongType.ts';

/** All rules; where two match one line, the earlier one speaks: those that name a code come first. */
export const rules: readonly Rule[] = [
  ...typescriptRules,
  ...rustRules,
  ...csharpRules,
  ...dependencyRules,
  ...moduleRules,
  ...webSecurityRules,
  ...networkRules,
  ...fileRules,
  ...memoryRules,
  ...assertionRules,
  ...syntaxRules,
  ...undefinedRules,
  ...wrongTypeRules,
  ...javaRules,
  ...goRules,
  ...pythonRules,
  ...commandRules,
];
