import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { describe, it } from 'mocha';
import { addCounts, maskSecrets } from '../../../src/core/analysis/secretMasking.ts';
import { Secret } from '../../../src/core/keys/secret.ts';
import { propertyRuns } from '../support/runs.ts';

// Built here, so that no file holds anything that looks like a secret.
const run = (length: number, seed = 'aB3xQ9zK7m'): string =>
  seed.repeat(Math.ceil(length / seed.length)).slice(0, length);
const digits = '123' + '4567';
const begin = `-----BEGIN ${'RSA '}PRIVATE KEY-----`;
const end = `-----END ${'RSA '}PRIVATE KEY-----`;

/** What a canary may look like, and the part that must not survive. */
const shapes: readonly (readonly [name: string, text: string])[] = [
  ['Groq key', `gsk_${run(52)}`],
  ['Google key', `AIza${run(35)}`],
  ['Google key, new', `AQ.${run(50)}`],
  ['Hugging Face token', `hf_${run(34)}`],
  ['OpenAI key', `sk-${run(48)}`],
  ['OpenAI project key', `sk-proj-${run(60)}`],
  ['Anthropic key', `sk-ant-api03-${run(60)}`],
  ['GitHub token', `ghp_${run(36)}`],
  ['GitHub fine-grained token', `github_pat_${run(22)}_${run(59)}`],
  ['GitLab token', `glpat-${run(20)}`],
  ['Slack token', `xoxb-${digits}-${run(24)}`],
  ['AWS key id', `AKIA${run(16, 'QZ3RT7WX')}`],
  ['npm token', `npm_${run(36)}`],
  ['Stripe key', `sk_live_${run(24)}`],
  ['SendGrid key', `SG.${run(22)}.${run(43)}`],
  ['Telegram bot token', `${digits}89:${run(35)}`],
  ['JWT', `eyJ${run(20)}.eyJ${run(40)}.${run(43)}`],
  ['Slack webhook', `hooks.slack.com/services/${run(9, 'TQ3')}/${run(9, 'BQ3')}/${run(24)}`],
];

const survives = (text: string, secret: string): boolean => maskSecrets(text).text.includes(secret);

describe('secret masking', () => {
  for (const [name, secret] of shapes) {
    it(`takes out a ${name} by its shape, wherever it stands`, () => {
      const around = ['', ' ', '"', "'", '`', '=', ': ', '(', ',', '\n', '/', 'key_'];
      // The dash and the underscore belong to a JWT's own characters.
      for (const before of name === 'JWT' ? around.slice(0, -1) : around) {
        assert.ok(!survives(`x${before === '' ? ' ' : before}${secret} y`, secret), `after ${JSON.stringify(before)}`);
      }
    });
  }

  it('takes out pooled keys by their text, whatever they look like, and says which it was', () => {
    const key = `mistral${run(25)}`;
    const { text, masked } = maskSecrets(`Authorization failed for ${key}, ${key}`, {
      known: [{ secret: new Secret(key), name: 'Mistral Key 1' }],
    });
    assert.equal(text, 'Authorization failed for [masked: Mistral Key 1], [masked: Mistral Key 1]');
    assert.deepEqual(masked, [{ kind: 'pooledKey', count: 2 }]);
  });

  it('takes out a pooled key in an address, where it is encoded', () => {
    const key = `a/b+c=${run(12)}`;
    const known = [{ secret: new Secret(key), name: 'K' }];
    assert.equal(maskSecrets(`?q=${encodeURIComponent(key)}`, { known }).text, '?q=[masked: K]');
  });

  it('takes out the longer of two pooled keys that begin alike', () => {
    const short = run(20);
    const known = [short, `${short}tail`].map((text, index) => ({ secret: new Secret(text), name: `K${index}` }));
    assert.equal(maskSecrets(`${short}tail`, { known }).text, '[masked: K1]');
  });

  it('takes out a private key and keeps the line count', () => {
    const body = `${run(64)}\n${run(64)}\n${run(20)}==`;
    const { text, masked } = maskSecrets(`a\n${begin}\n${body}\n${end}\nb`);
    assert.equal(text, 'a\n[masked]\n\n\n\n\nb');
    assert.deepEqual(masked, [{ kind: 'privateKey', count: 1 }]);
  });

  it('takes out a private key that is written on one line', () => {
    assert.equal(maskSecrets(`{"private_key": "${begin}\\n${run(64)}\\n${end}\\n"}`).text.includes(run(16)), false);
  });

  it('takes out a private key whose end is cut off', () => {
    assert.ok(!survives(`${begin}\n${run(64)}\n${run(64)}`, run(64)));
  });

  const password = `hunter${2}${run(6)}`;
  const places: readonly (readonly [string, string, string])[] = [
    [
      'a password in an address',
      `postgres://admin:${password}@db.local:5432/shop`,
      'postgres://admin:[masked]@db.local:5432/shop',
    ],
    ['a password in an address without a user', `redis://:${password}@cache:6379`, 'redis://:[masked]@cache:6379'],
    ['a token in an address', `https://${run(30)}@github.com/a/b.git`, 'https://[masked]@github.com/a/b.git'],
    ['PASSWORD=', `DB_PASSWORD=${password}`, 'DB_PASSWORD=[masked]'],
    ['PASSWORD= of letters alone', 'DB_PASSWORD=swordfish', 'DB_PASSWORD=[masked]'],
    ['api_key:', `api_key: ${password}`, 'api_key: [masked]'],
    ['password: in YAML', 'db:\n  password: swordfish\n  port: 5432', 'db:\n  password: [masked]\n  port: 5432'],
    ['a JSON member', `{"apiKey":"${password}","n":1}`, '{"apiKey":"[masked]","n":1}'],
    ['a JSON member inside a string', `"{\\"password\\":\\"${password}\\"}"`, '"{\\"password\\":\\"[masked]\\"}"'],
    ['code', `const clientSecret = '${password}';`, "const clientSecret = '[masked]';"],
    ['a password with spaces in .env', 'PASSWORD="correct horse battery"', 'PASSWORD="[masked]"'],
    ['a numbered key of .env', `MISTRAL_API_KEY_1=${run(32)}`, 'MISTRAL_API_KEY_1=[masked]'],
    ['an AWS secret', `aws_secret_access_key = ${run(40)}`, 'aws_secret_access_key = [masked]'],
    ['a query parameter', `GET /v1?api_key=${password}&page=2`, 'GET /v1?api_key=[masked]&page=2'],
    ['a Bearer header', `Authorization: Bearer ${run(40)}`, 'Authorization: Bearer [masked]'],
    ['a Bearer header of letters alone', 'Authorization: Bearer swordfish', 'Authorization: Bearer [masked]'],
    ['a Basic header in JSON', `"authorization": "Basic ${run(20)}=="`, '"authorization": "Basic [masked]"'],
    ['a Bearer token in a log', `using bearer ${run(30)} for call`, 'using bearer [masked] for call'],
    ['an API key header', `x-api-key: ${run(30)}`, 'x-api-key: [masked]'],
    ['a cookie', `Cookie: sid=${run(20)}; theme=dark`, 'Cookie: [masked]'],
    ['an option of a command', `mysql --password ${password} -u root`, 'mysql --password [masked] -u root'],
    ['an XML element', `<password>${password}</password>`, '<password>[masked]</password>'],
    ['a token by its name', `const token = "${run(24)}"`, 'const token = "[masked]"'],
    ['a connection string', `Server=db;User Id=sa;Password=${password};`, 'Server=db;User Id=sa;Password=[masked];'],
  ];
  for (const [name, text, masked] of places)
    it(`takes out ${name}`, () => assert.equal(maskSecrets(text).text, masked));

  it('counts what it took out by kind', () => {
    const { masked } = maskSecrets(`gsk_${run(52)} hf_${run(34)} redis://:${password}@cache`);
    assert.deepEqual(masked, [
      { kind: 'apiToken', count: 2 },
      { kind: 'urlPassword', count: 1 },
    ]);
    assert.deepEqual(addCounts(masked, masked), [
      { kind: 'apiToken', count: 4 },
      { kind: 'urlPassword', count: 2 },
    ]);
  });

  it('changes nothing when run again', () => {
    for (const [, text] of [...shapes, ...places]) {
      const once = maskSecrets(text);
      assert.deepEqual(maskSecrets(once.text), { text: once.text, masked: [] });
    }
  });
});

describe('secret masking leaves text without secrets unchanged', () => {
  const harmless: readonly string[] = [
    'function login(user: string, password: string): Promise<Token> {',
    'const token = lexer.next();',
    'const authorization = this.config?.proxyAuthorization;',
    '{"Authorization": auth_header}',
    'cookie: string | undefined',
    `if (text.startsWith('${begin}')) { parse(text); } // up to ${end}`,
    'password = getPassword()',
    'self.password = password',
    'this.apiKey = options.apiKey;',
    'const { secret, password } = req.body;',
    'if (password === undefined) throw new Error("password is missing");',
    'label: { password: "Enter your password" }',
    'tokensUsed: 1234, max_tokens=1000, token_count: 12',
    'api_key=os.environ["GROQ_API_KEY"]',
    'const apiKey = process.env.GROQ_API_KEY;',
    'Authorization: `Bearer ${token}`',
    'postgres://${user}:${password}@${host}/shop',
    'PASSWORD=<your password>',
    'PWD=/home/dev/shop',
    'http://localhost:5173/src/main.ts:3:5',
    'https://registry.example.org/@scope/name',
    'GET http://127.0.0.1:9101/openai/v1/chat/completions 401',
    '.sk-fading-circle .sk-child-element-here { }',
    'Bearer authentication is required',
    'at Object.<anonymous> (/app/src/cart.ts:3:21)',
    'GROQ_KEY_1_PRIORITY=1\nGROQ_KEY_1_DAILY_LIMIT=14400',
    'commit 3f786850e387550fdab836ed7e6dc881de23001b',
    'id: 550e8400-e29b-41d4-a716-446655440000',
    '10:23:45 INFO 2026-11-22T10:23:45.123Z started',
    'npm_config_user_agent, npm_package_json',
  ];
  for (const text of harmless) it(JSON.stringify(text).slice(0, 70), () => assert.equal(maskSecrets(text).text, text));

  it('whatever words stand in it', () => {
    const words = fc.constantFrom(
      'the',
      'error',
      'at',
      'line',
      '42',
      '\n',
      '\t',
      'TypeError:',
      '(src/a.ts:3:5)',
      '{',
      '}',
      '=',
      '=>',
      'return',
      'total;',
      'ü',
      '漢字',
      '🙂',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), (parts) => {
        const text = parts.join(' ');
        assert.deepEqual(maskSecrets(text), { text, masked: [] });
      }),
      propertyRuns(100, 20_000),
    );
  });
});

describe('secret masking as a property', () => {
  const noise = fc.string({ unit: 'grapheme', maxLength: 80 });

  it('no canary of a known shape survives in any text', () => {
    const canary = fc.constantFrom(...shapes.map(([, text]) => text));
    fc.assert(
      fc.property(noise, canary, noise, (before, secret, after) => {
        assert.ok(!survives(`${before} ${secret}\n${after}`, secret));
      }),
      propertyRuns(100, 20_000),
    );
  });

  it('no pooled key survives in any text, whatever it looks like', () => {
    const key = fc
      .string({ minLength: 4, maxLength: 60, unit: 'grapheme-ascii' })
      .filter((text) => !'[masked: Key]'.includes(text));
    fc.assert(
      fc.property(noise, key, noise, (before, secret, after) => {
        const known = [{ secret: new Secret(secret), name: 'Key' }];
        assert.ok(!maskSecrets(before + secret + after, { known }).text.includes(secret));
      }),
      propertyRuns(100, 20_000),
    );
  });

  it('the number of lines stays', () => {
    const piece = fc.oneof(
      noise,
      fc.constant('\n'),
      fc.constantFrom(...shapes.map(([, text]) => text)),
      fc.constantFrom(begin, end, run(64)),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = pieces.join(' ');
        assert.equal(maskSecrets(text).text.split('\n').length, text.split('\n').length);
      }),
      propertyRuns(100, 20_000),
    );
  });

  it('hostile texts of a million characters are done in bounded work', () => {
    for (const piece of [
      'eyJ-',
      'eyJa.',
      'sk-',
      '://a:',
      'password=',
      `${begin}\n`,
      '1234567:',
      'authorization: ',
      'token=',
      'a',
      '"',
      '\\',
    ]) {
      assert.equal(typeof maskSecrets(piece.repeat(1_000_000 / piece.length)).text, 'string');
    }
  });
});
