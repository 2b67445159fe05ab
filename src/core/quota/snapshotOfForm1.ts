import type { Account } from '../keys/apiKey.ts';
import type { Fact } from './fact.ts';
import type { SpentRow } from './snapshot.ts';

type Known = { readonly sums: readonly SpentRow[]; readonly facts: readonly Fact[] };

/**
 * Form 1 named a secret by its hash alone, so that keys of two providers had one account. Each of
 * them gets all that was known of it.
 */
export function fromForm1({ sums, facts }: Known): { sums: SpentRow[]; facts: Fact[] } {
  const owners = new Map<string, readonly string[]>();
  for (const { kind, value } of facts) {
    if (kind !== 'key' || value === null) continue;
    const { provider, fingerprint } = value;
    owners.set(fingerprint, [...(owners.get(fingerprint) ?? []), `${provider}/${fingerprint}`]);
  }
  const namesOf = (fingerprint: string): readonly string[] => owners.get(fingerprint) ?? [fingerprint];
  const subjectsOf = <Other extends string>(subject: Account | Other): readonly (Account | Other)[] =>
    isSecret(subject) ? namesOf(subject.slice(secret.length)).map((name): Account => `secret:${name}`) : [subject];
  return {
    sums: sums.flatMap((row) => subjectsOf(row.account).map((account) => ({ ...row, account }))),
    facts: facts.flatMap((each): readonly Fact[] => {
      switch (each.kind) {
        case 'key': {
          const { value } = each;
          if (value === null) return [each];
          return [{ ...each, value: { ...value, fingerprint: `${value.provider}/${value.fingerprint}` } }];
        }
        case 'health':
          return namesOf(each.subject).map((subject) => ({ ...each, subject }));
        case 'accountName':
          return [{ ...each, subject: `${each.scope}/${each.subject}` }];
        case 'drawsOn': {
          const { scope, value } = each;
          const now =
            value !== null && isSecret(value) ? (`secret:${scope}/${value.slice(secret.length)}` as const) : value;
          return [{ ...each, subject: `${scope}/${each.subject}`, scope: '', value: now }];
        }
        case 'block':
        case 'modelOut':
          return subjectsOf(each.subject).map((subject) => ({ ...each, subject }));
        case 'learned':
        case 'levels':
        case 'outside':
          return subjectsOf(each.subject).map((subject) => ({ ...each, subject }));
        default:
          return [each];
      }
    }),
  };
}

const secret = 'secret:';

const isSecret = (subject: string): subject is `secret:${string}` => subject.startsWith(secret);
