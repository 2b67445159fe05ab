import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { eventually } from '../harness/workbench/eventually.ts';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';
import { startHuggingFace } from '../simulator/huggingFace/huggingFace.ts';
import { startGroq } from '../simulator/groq/groq.ts';
import type { Simulator } from '../simulator/simulator.ts';
import { importEnv } from './support/analysis.ts';
import { openAsAnotherWindow } from './support/exampleDay.ts';
import { writeEnv } from './support/exampleEnv.ts';

const whatToChange = 'What to change?';

describe('Editing a key, as a person does it', () => {
  let groq: Simulator;
  let huggingFace: Simulator;
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    groq = await startGroq();
    huggingFace = await startHuggingFace();
    const tokens = [1, 2].map((number) => huggingFace.key('good', number));
    huggingFace.pool(tokens, 'team');
    session = await Session.start({
      settings: {
        'aiKeys.providers': {
          groq: { baseUrl: groq.baseUrl },
          huggingface: { baseUrl: huggingFace.baseUrl, checkUrl: huggingFace.checkUrl },
        },
      },
    });
    const lines = [
      ...[1, 2, 3].map((number) => `GROQ_API_KEY_${number}=${groq.key('good', number)}`),
      ...tokens.map((token, index) => `HUGGINGFACE_API_KEY_${index + 1}=${token}`),
    ];
    await writeEnv(session.profile.workspaceDir, lines.join('\n'));
    workbench = await session.openWindow();
    await importEnv(workbench, /5 keys added/);
    await workbench.tree().row('Key 3').waitFor();
  });

  after(async () => {
    await session.close();
    await groq.stop();
    await huggingFace.stop();
  });

  const messageOf = async (wanted: RegExp): Promise<void> => {
    await eventually(async () => wanted.test(await workbench.quickInput.message()), {
      what: `a message like ${String(wanted)}`,
    });
  };

  const list = async (): Promise<string> => {
    await workbench.quickInput.waitForPlaceholder(whatToChange);
    return (await workbench.quickInput.descriptions()).join('\n');
  };

  const open = async (row: string): Promise<string> => {
    await workbench.tree().action(row, 'Edit Key');
    await workbench.quickInput.waitForTitle(/Edit Groq Key/);
    return list();
  };

  /** A property of the list, and its own box: what is typed before that is there goes into the list's field. */
  const choose = async (property: string): Promise<void> => {
    await workbench.quickInput.pick(property);
    await eventually(async () => !(await workbench.quickInput.placeholder()).startsWith(whatToChange), {
      what: `the box of ${property}`,
    });
  };

  it('shows every property in one list, with the defaults of the dated catalog', async () => {
    const rows = await open('Key 1');
    for (const property of ['Label', 'Priority', 'Pool', 'Secret', 'Disable']) assert.match(rows, new RegExp(property));
    assert.match(rows, /Requests per minute.*30 for each model, catalog of 20\d\d-\d\d-\d\d/);
    await workbench.screenshot('editKey');
  });

  it('complains beside the field, goes back without a change, and saves what is right', async () => {
    await choose('Priority');
    await workbench.quickInput.type('0');
    await messageOf(/A whole number from 1 to/);
    await workbench.quickInput.accept();
    await messageOf(/A whole number from 1 to/);
    await workbench.screenshot('editKeyField');
    await workbench.quickInput.back();
    assert.match(await list(), /Priority.*1/);
    await choose('Label');
    await workbench.quickInput.type('x'.repeat(61));
    await messageOf(/At most 60 characters/);
    await workbench.quickInput.type('Primary');
    await workbench.quickInput.accept();
    assert.match(await list(), /Label.*Primary/);
    await workbench.quickInput.type('Tokens per day');
    await choose('Tokens per day');
    await workbench.quickInput.type('14,400');
    await workbench.quickInput.accept();
    assert.match(await list(), /Tokens per day.*14,400, yours instead of: .*catalog/);
    await workbench.quickInput.cancel();
    await workbench
      .tree()
      .row(/Key 1.*Primary/)
      .waitFor();
  });

  it('puts keys into one pool, named by the user, and says that it adds no quota', async () => {
    await open('Key 2');
    await workbench.quickInput.pick('Pool');
    await workbench.quickInput.waitForPlaceholder('Which keys share its account?');
    assert.match(await workbench.quickInput.placeholder(), /adds no quota/);
    await workbench.quickInput.check('Groq Key 3', true);
    await workbench.screenshot('editPool');
    await workbench.quickInput.pressButton('OK');
    await messageOf(/2 keys will be counted as one.*adds no quota/);
    await workbench.quickInput.accept();
    await messageOf(/needs a name/);
    await workbench.quickInput.type('me@example.org');
    await workbench.quickInput.accept();
    assert.match(await list(), /Pool.*me@example\.org/);
    await workbench.quickInput.cancel();
    assert.deepEqual(await poolsOf('groq'), [undefined, 'me@example.org', 'me@example.org']);
  });

  it('takes a pool apart again', async () => {
    await open('Key 2');
    await workbench.quickInput.pick('Pool');
    await workbench.quickInput.waitForPlaceholder('Which keys share its account?');
    await workbench.quickInput.check('Groq Key 3', false);
    await workbench.quickInput.pressButton('OK');
    assert.match(await list(), /Pool.*none/);
    await workbench.quickInput.cancel();
    assert.deepEqual(await poolsOf('groq'), [undefined, undefined, undefined]);
  });

  it('disables and enables a key', async () => {
    await open('Key 3');
    await workbench.quickInput.pick('Disable');
    assert.match(await list(), /Enable/);
    await workbench.quickInput.cancel();
    await workbench
      .tree()
      .row(/Key 3.*disabled/)
      .waitFor();
  });

  it('offers a pool where the provider names one account for several keys', async () => {
    await workbench.runCommand('AI Keys: Check All Keys');
    const offer = /Hugging Face Key 1, Hugging Face Key 2 belong to one account, user-.*adds no quota/;
    await workbench.notifications.click(offer, 'Put in One Pool');
    await eventually(
      async () => {
        const [first, second] = await poolsOf('huggingface');
        return first !== undefined && first === second;
      },
      { what: 'both keys in one pool' },
    );
  });

  async function poolsOf(provider: string): Promise<readonly (string | undefined)[]> {
    const { keyBook, ledger } = await openAsAnotherWindow(session.profile.dataDir);
    const keys = keyBook.all().filter((key) => key.provider === provider);
    ledger.dispose();
    return keys.toSorted((a, b) => a.number - b.number).map(({ pool }) => pool);
  }
});
