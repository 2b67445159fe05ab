import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ChatAnswer, ChatPart, ChatRequest } from '../../../src/core/routing/chat.ts';
import { ChatError } from '../../../src/core/routing/chatError.ts';
import { AnalysisTalk } from '../../../src/editor/analysis/analysisTalk.ts';
import type { ToAnalysisPanel } from '../../../src/shared/analysisMessages.ts';
import { toAnalysisPanel } from '../../../src/shared/analysisMessages.ts';
import type { AnalysisView } from '../../../src/shared/analysisView.ts';
import { FakeClock } from '../support/fakeClock.ts';
import { plainL10n } from '../support/plainL10n.ts';

const firstView: AnalysisView = {
  version: 1,
  title: 'TypeError',
  phase: 'preview',
  first: [
    { role: 'system', content: 'You help' },
    { role: 'user', content: 'TypeError in a.ts' },
  ],
  turns: [],
  hasKeys: true,
  agreed: true,
};

const answer = (change: Partial<ChatAnswer> = {}): ChatAnswer => ({
  content: 'Because.',
  toolCalls: [],
  provider: 'groq',
  model: 'groq/openai/gpt-oss-120b',
  key: 'groq/2',
  tokensUsed: { prompt: 1_000, completion: 234, total: 1_234, estimated: false },
  timeTakenMs: 1_234,
  cached: false,
  degraded: false,
  cutOff: false,
  route: {
    id: 'r1',
    atMs: 0,
    askedBy: 'analyzeError',
    outcome: 'answered',
    attempts: [],
    passedOver: [],
    waits: [],
    ms: 0,
  },
  ...change,
});

const fixBlock = (path: string): string =>
  ['```fix path=' + path, '<<<<<<< SEARCH', 'a', '=======', 'b', '>>>>>>> REPLACE', '```'].join('\n');

type Script = (request: ChatRequest, clock: FakeClock) => AsyncIterable<ChatPart>;

class AnalysisFixture {
  readonly clock = new FakeClock();
  readonly posts: ToAnalysisPanel[] = [];
  readonly requests: ChatRequest[] = [];
  readonly talk: AnalysisTalk;

  constructor(script: Script, view = firstView) {
    this.talk = new AnalysisTalk(view, {
      router: {
        stream: (request) => {
          this.requests.push(request);
          return script(request, this.clock);
        },
      },
      clock: this.clock,
      l10n: plainL10n,
      known: () => Promise.resolve([]),
      nameOfKey: (ref) => `Groq Key ${ref.split('/')[1] ?? ''}`,
      sampling: () => ({ temperature: 0.3, maxTokens: 1_000 }),
      askedBy: 'analyzeError',
      post: (message) => this.posts.push(message),
    });
  }

  get last() {
    const turn = this.talk.view.turns.at(-1);
    assert.ok(turn !== undefined);
    return turn;
  }

  texts(): readonly string[] {
    return this.posts.flatMap((message) => (message.type === 'text' ? [message.text] : []));
  }
}

const parts = (...list: readonly ChatPart[]): Script =>
  async function* () {
    for (const part of list) yield await Promise.resolve(part);
  };

describe('a conversation about an error', () => {
  it('shows failovers on the way, then key, model, tokens and time', async () => {
    const progress = 'Groq Key 1 was refused, asking Groq Key 2';
    const fixture = new AnalysisFixture(
      parts({ type: 'progress', text: progress }, { type: 'answer', answer: answer() }),
    );
    await fixture.talk.start('TypeError');
    assert.deepEqual(fixture.last.progress, [progress]);
    assert.deepEqual(fixture.last.facts, ['Groq Key 2', 'groq/openai/gpt-oss-120b', '1,234 tokens', '1.2 s']);
    assert.equal(fixture.last.state, 'done');
    assert.equal(fixture.last.routeId, 'r1');
  });

  it('passes text on at most twenty times a second, and all of it', async () => {
    const fixture = new AnalysisFixture(async function* (_request, clock) {
      for (let index = 0; index < 1_000; index += 1) {
        await clock.advance(1);
        yield { type: 'text', text: 'x' };
      }
    });
    await fixture.talk.start('TypeError');
    assert.equal(fixture.texts().join(''), 'x'.repeat(1_000));
    assert.ok(fixture.texts().length <= 21, `${fixture.texts().length} messages in a second`);
  });

  it('says how much text came before each piece, so that a gap is noticed', async () => {
    const fixture = new AnalysisFixture(async function* (_request, clock) {
      for (const text of ['one ', 'two ', 'three']) {
        yield { type: 'text', text };
        await clock.advance(60);
      }
    });
    await fixture.talk.start('TypeError');
    const places = fixture.posts.flatMap((message) => (message.type === 'text' ? [message.at] : []));
    assert.deepEqual(places, [0, 4, 8]);
  });

  it('sends only messages that the panel accepts', async () => {
    const long = 'x'.repeat(500_000);
    const fixture = new AnalysisFixture(
      parts({ type: 'text', text: long }, { type: 'answer', answer: answer({ content: long }) }),
    );
    await fixture.talk.start('TypeError');
    for (const message of fixture.posts) assert.equal(toAnalysisPanel.safeParse(message).success, true, message.type);
  });

  it('keeps what came when the user stops it', async () => {
    const fixture = new AnalysisFixture(async function* (request) {
      yield { type: 'text', text: 'half an ans' };
      fixture.talk.stop();
      assert.equal(request.signal?.aborted, true);
      throw new ChatError('cancelled', 'The request was cancelled.');
    });
    await fixture.talk.start('TypeError');
    assert.equal(fixture.last.state, 'cancelled');
    assert.equal(fixture.last.text, 'half an ans');
    assert.equal(fixture.talk.busy, false);
  });

  it('says in words why a request could not be served', async () => {
    const fixture = new AnalysisFixture(() => {
      throw new ChatError('tooLarge', 'This request needs 9,000 tokens, the model takes 8,000.');
    });
    await fixture.talk.start('TypeError');
    assert.equal(fixture.last.state, 'failed');
    assert.equal(fixture.last.error, 'This request needs 9,000 tokens, the model takes 8,000.');
  });

  it('marks an answer that broke off', async () => {
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: answer({ cutOff: true }) }));
    await fixture.talk.start('TypeError');
    assert.equal(fixture.last.state, 'cutOff');
  });

  it('marks a degraded answer, and offers no fix of it', async () => {
    const content = `I apologize\n\n${fixBlock('src/a.ts')}`;
    const degraded = answer({ degraded: true, key: undefined, model: undefined, provider: undefined, content });
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: degraded }));
    await fixture.talk.start('TypeError');
    assert.equal(fixture.last.degraded, true);
    assert.deepEqual(fixture.last.facts, ['Local guidance, no model asked']);
    assert.deepEqual(fixture.last.fixes, []);
  });

  it('tells local guidance after keys that failed from guidance that asked none', async () => {
    const { route } = answer();
    const attempt = { key: 'groq/1', model: 'm', outcome: 'network', sentence: '', startedAtMs: 0, ms: 1 } as const;
    for (const [attempts, facts] of [
      [[], ['Local guidance, no model asked']],
      [[attempt], ['Local guidance, no model answered']],
    ] as const) {
      const fixture = new AnalysisFixture(
        parts({ type: 'answer', answer: answer({ degraded: true, route: { ...route, attempts } }) }),
      );
      await fixture.talk.start('TypeError');
      assert.deepEqual(fixture.last.facts, facts);
    }
  });

  it('asks again past the cache, and takes the old answer away', async () => {
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: answer() }));
    await fixture.talk.start('TypeError');
    await fixture.talk.askAgain();
    assert.deepEqual(
      fixture.requests.map(({ noCache }) => noCache),
      [false, true],
    );
    assert.equal(fixture.talk.view.turns.length, 1);
  });

  it('sends the answers so far along with a follow-up', async () => {
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: answer() }));
    await fixture.talk.start('TypeError');
    await fixture.talk.followUp('and why?');
    assert.deepEqual(
      fixture.requests[1]?.messages.map(({ role, content }) => [role, content]),
      [
        ['system', 'You help'],
        ['user', 'TypeError in a.ts'],
        ['assistant', 'Because.'],
        ['user', 'and why?'],
      ],
    );
  });

  it('offers a fix for a file of the workspace and says why it does not offer another', async () => {
    const content = [fixBlock('src/a.ts'), fixBlock('../outside.ts')].join('\n\n');
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: answer({ content }) }));
    await fixture.talk.start('TypeError');
    assert.deepEqual(
      fixture.last.fixes.map(({ path, state }) => [path, state]),
      [
        ['src/a.ts', 'offered'],
        ['../outside.ts', 'refused'],
      ],
    );
    assert.equal(fixture.talk.fix(0, 0)?.path, 'src/a.ts');
    assert.equal(fixture.talk.fix(0, 1), undefined);
  });

  it('shows an answer that was under way when VS Code ended as stopped', () => {
    const running = {
      id: 0,
      question: 'q',
      text: 'half',
      state: 'running' as const,
      degraded: false,
      progress: [],
      facts: [],
      fixes: [],
    };
    const fixture = new AnalysisFixture(parts(), { ...firstView, phase: 'talk', turns: [running] });
    assert.equal(fixture.last.state, 'cancelled');
  });

  it('goes back to what would be sent without having asked anything', async () => {
    const fixture = new AnalysisFixture(parts({ type: 'answer', answer: answer({ degraded: true }) }), {
      ...firstView,
      agreed: false,
    });
    await fixture.talk.start('TypeError');
    fixture.talk.backToPreview();
    assert.equal(fixture.talk.view.phase, 'preview');
    assert.deepEqual(fixture.talk.view.turns, []);
    assert.equal(fixture.requests.length, 1);
  });
});
