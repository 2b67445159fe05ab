import { strict as assert } from 'node:assert';
import { inspect } from 'node:util';
import { describe, it } from 'mocha';
import { longestEnvText, readEnvFile } from '../../../src/adapters/envFile.ts';
import type { ApiKey } from '../../../src/core/keys/apiKey.ts';
import { planEnvImport, type EnvPlan } from '../../../src/core/keys/envPlan.ts';
import { describeEnvProblem } from '../../../src/core/keys/envProblem.ts';
import { catalog } from '../../../src/core/providers/catalog.ts';
import type { Provider } from '../../../src/core/providers/provider.ts';
import { apiKeyOf } from '../support/apiKeyOf.ts';
import { plainL10n } from '../support/plainL10n.ts';
import { groqText } from './keyringFixture.ts';

describe('.env import', () => {
  it('reads the example of the specification', () => {
    const lines = [1, 2, 3].flatMap((n) => [
      `GROQ_API_KEY_${n}=sk-proj-${'A'.repeat(n)}`,
      `GROQ_KEY_${n}_PRIORITY=${n}`,
      `GROQ_KEY_${n}_DAILY_LIMIT=14400`,
    ]);
    const gemini = [1, 2].flatMap((n) => [
      `GEMINI_API_KEY_${n}=x${n}`,
      `GEMINI_KEY_${n}_PRIORITY=${n}`,
      `GEMINI_KEY_${n}_DAILY_LIMIT=1500`,
    ]);
    const alerts = [
      'TELEGRAM_BOT_TOKEN=123456:ABC-DEF',
      'TELEGRAM_CHAT_ID=987654321',
      'ALERT_EMAIL=admin@platform.com',
    ];
    const plan = planOf([...lines, ...gemini, ...alerts].join('\n'));
    assert.deepEqual(
      plan.add.map(({ provider, number, priority, limits }) => ({ provider, number, priority, limits })),
      [
        { provider: 'groq', number: 1, priority: 1, limits: { tokensPerDay: 14_400 } },
        { provider: 'groq', number: 2, priority: 2, limits: { tokensPerDay: 14_400 } },
        { provider: 'groq', number: 3, priority: 3, limits: { tokensPerDay: 14_400 } },
        { provider: 'gemini', number: 1, priority: 1, limits: { requestsPerDay: 1_500 } },
        { provider: 'gemini', number: 2, priority: 2, limits: { requestsPerDay: 1_500 } },
      ],
    );
    assert.equal(plan.alertTargets.telegramToken?.reveal(), '123456:ABC-DEF');
    assert.equal(plan.alertTargets.telegramChatId, '987654321');
    assert.equal(plan.alertTargets.email, 'admin@platform.com');
    assert.deepEqual(plan.problems, []);
  });

  it('takes HF_TOKEN and HUGGINGFACE_API_KEY_n for Hugging Face, and a custom provider by its id', () => {
    const [base] = catalog;
    assert.ok(base);
    const plan = planOf(
      'HF_TOKEN=h1\nHUGGINGFACE_API_KEY_2=h2\nHF_TOKEN_3=h3\nMY_LLM_API_KEY_1=m1\nGROQ_TOKEN=no',
      [],
      [...catalog, { ...base, id: 'my-llm' }],
    );
    const added = plan.add.map(({ provider, number }) => `${provider}/${number ?? 'next'}`);
    assert.deepEqual(added, ['huggingface/2', 'huggingface/3', 'my-llm/1', 'huggingface/next']);
    assert.equal(plan.unknownVariables, 1);
  });

  it('reads BOM, CRLF, export, quotes, comments and "#" inside a value', () => {
    const text = [
      '\uFEFFexport GROQ_API_KEY_1="one" # first',
      "GROQ_API_KEY_2='two#2'",
      'GROQ_API_KEY_3=three#3 # third',
      '  # GROQ_API_KEY_9=commented',
      'GROQ_API_KEY_4 = four # fourth',
      'GROQ_API_KEY_5: five',
      '',
    ].join('\r\n');
    const plan = planOf(text);
    assert.deepEqual(
      plan.add.map(({ secret }) => secret.reveal()),
      ['one', 'two#2', 'three#3', 'four', 'five'],
    );
    assert.deepEqual(plan.problems, []);
  });

  it('names a malformed line by its number, and the good ones still import', () => {
    const text = 'just words\nGROQ_API_KEY_1=a1\nA B=c\nGROQ_API_KEY_2="open\nGROQ_API_KEY_3="a3" x\nGROQ_API_KEY_4=a4';
    const plan = planOf(text);
    assert.deepEqual(
      plan.add.map(({ number }) => number),
      [1, 4],
    );
    assert.deepEqual(plan.problems, [
      { line: 1, kind: 'noEquals' },
      { line: 3, kind: 'badName' },
      { line: 4, kind: 'unclosedQuote' },
      { line: 5, kind: 'afterQuote' },
    ]);
    assert.deepEqual(plan.problems.map((problem) => describeEnvProblem(plainL10n, problem)).slice(0, 1), [
      'Line 1: there is no "=" in it.',
    ]);
  });

  it('passes over other programs’ values of several lines', () => {
    const plan = planOf('CERT="-----BEGIN-----\nGROQ_API_KEY_1\nMIIabc==\n-----END-----"\nGROQ_API_KEY_1=a1');
    assert.deepEqual(plan.problems, []);
    assert.deepEqual(
      plan.add.map(({ line }) => line),
      [5],
    );
  });

  it('says why a value cannot be taken', () => {
    const reasons = [
      ['GROQ_API_KEY_1=', 'Line 1, GROQ_API_KEY_1: The key is empty.'],
      [
        'GROQ_API_KEY_1=a b',
        'Line 1, GROQ_API_KEY_1: The key has white space in it. Copy it again without the words around it.',
      ],
      ['GROQ_API_KEY_1="a\nb"', 'Line 1, GROQ_API_KEY_1: The key has a line break in it. Copy it again in one piece.'],
      [
        'GROQ_API_KEY_1=gsk_…',
        'Line 1, GROQ_API_KEY_1: The key has a character that no key can hold, such as "…" from a shortened copy.',
      ],
      ['GROQ_API_KEY_1=${OTHER}', 'Line 1, GROQ_API_KEY_1: it refers to another variable. Write the value itself.'],
      ['GROQ_API_KEY_0=a', 'Line 1, GROQ_API_KEY_0: keys are numbered from 1.'],
      ['GROQ_KEY_7_PRIORITY=1', 'Line 1, GROQ_KEY_7_PRIORITY: the key that it describes is not in the file.'],
      ['ALERT_EMAIL=nobody', 'Line 1, ALERT_EMAIL: this is not an email address.'],
      ['TELEGRAM_CHAT_ID=my chat', 'Line 1, TELEGRAM_CHAT_ID: a chat id is a number, or a name that begins with "@".'],
    ] as const;
    for (const [text, reason] of reasons) {
      const plan = planOf(text);
      assert.deepEqual(
        plan.problems.map((problem) => describeEnvProblem(plainL10n, problem)),
        [reason],
      );
      assert.deepEqual([plan.add, plan.alertTargets], [[], {}]);
    }
  });

  it('keeps the key of a bad priority or limit, and names the line', () => {
    const plan = planOf('GROQ_API_KEY_1=a\nGROQ_KEY_1_PRIORITY=first\nGROQ_KEY_1_DAILY_LIMIT=-3');
    assert.deepEqual(
      plan.add.map(({ number, priority, limits }) => [number, priority, limits]),
      [[1, undefined, undefined]],
    );
    assert.deepEqual(
      plan.problems.map(({ line }) => line),
      [2, 3],
    );
  });

  it('lets the later of two equal variables count, and says so', () => {
    const plan = planOf('GROQ_API_KEY_1=a\nGROQ_API_KEY_1=b');
    assert.deepEqual(
      plan.add.map(({ secret }) => secret.reveal()),
      ['b'],
    );
    assert.deepEqual(plan.problems, [{ line: 1, name: 'GROQ_API_KEY_1', kind: 'repeated', again: 'GROQ_API_KEY_1' }]);
  });

  it('makes one key of the same secret, and says which it is', () => {
    const plan = planOf('GROQ_API_KEY_1=a\nGROQ_API_KEY_2=a\nGROQ_API_KEY=b', [
      apiKey({ number: 5, fingerprint: 'b' }),
    ]);
    assert.deepEqual(
      plan.add.map(({ number }) => number),
      [1],
    );
    assert.deepEqual(plan.same, [
      { provider: 'groq', number: 2, line: 2, already: { number: 1, line: 1 } },
      { provider: 'groq', line: 3, already: { number: 5 } },
    ]);
  });

  it('shows a number with another secret as changed, and a known secret as left alone', () => {
    const existing = [apiKey({ number: 1, fingerprint: 'old' }), apiKey({ number: 2, fingerprint: 'b' })];
    const plan = planOf('GROQ_API_KEY_1=new\nGROQ_API_KEY_2=b', existing);
    assert.deepEqual(
      plan.change.map(({ existing: key, newSecret }) => [key.number, newSecret]),
      [[1, true]],
    );
    assert.deepEqual(plan.same, [{ provider: 'groq', number: 2, line: 2, already: { number: 2 } }]);
  });

  it('shows another priority or limit of a known secret as changed', () => {
    const plan = planOf('GROQ_API_KEY_2=b\nGROQ_KEY_2_DAILY_LIMIT=5', [apiKey({ number: 2, fingerprint: 'b' })]);
    assert.deepEqual(
      plan.change.map(({ newSecret, planned }) => [newSecret, planned.limits]),
      [[false, { tokensPerDay: 5 }]],
    );
  });

  it('holds no secret in print, not in a plan and not in a problem', () => {
    const canary = groqText('z');
    const text = `${canary}\nGROQ_API_KEY_1=${canary}\nGROQ_API_KEY_2="${canary}\nGROQ_API_KEY_3=${canary} x\nTELEGRAM_BOT_TOKEN=${canary}\nGROQ_KEY_1_PRIORITY=${canary}`;
    const plan = planEnvImport({ ...sourceOf(text), fingerprintOf: () => 'f' });
    const said = plan.problems.map((problem) => describeEnvProblem(plainL10n, problem)).join('\n');
    assert.ok(plan.problems.length > 3);
    for (const print of [inspect(plan, { depth: 9 }), JSON.stringify(plan), said]) assert.ok(!print.includes(canary));
  });

  it('takes 1,000 keys in one file, and 5 MB of other lines with them', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => `GROQ_API_KEY_${index + 1}=key${index}`).join('\n');
    const noise = `OTHER="it's"\n'open\n`.repeat(5_000_000 / 20);
    const plan = planOf(`${keys}\n${noise}`);
    assert.equal(plan.add.length, 1_000);
    assert.equal(plan.problems.length, 100);
    assert.equal(plan.problemsLeftOut, 250_000 - 100);
  });

  it('does not read a text that is too large for a .env', () => {
    assert.equal(readEnvFile('x'.repeat(longestEnvText + 1), catalog), 'tooLarge');
  });
});

function sourceOf(
  text: string,
  existing: readonly ApiKey[] = [],
  providers: readonly Provider[] = catalog,
): Parameters<typeof planEnvImport>[0] {
  const reading = readEnvFile(text, providers);
  assert.ok(reading !== 'tooLarge');
  return { reading, existing, providers, fingerprintOf: (secret) => secret.reveal() };
}

function planOf(text: string, existing?: readonly ApiKey[], providers?: readonly Provider[]): EnvPlan {
  return planEnvImport(sourceOf(text, existing, providers));
}

const apiKey = (part: Partial<ApiKey>): ApiKey =>
  apiKeyOf({ id: `id${part.number ?? 1}`, priority: 1, fingerprint: '', ...part });
