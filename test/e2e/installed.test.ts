import assert from 'node:assert/strict';
import { after, before, describe, it } from 'mocha';
import { Session } from '../harness/workbench/session.ts';
import type { Workbench } from '../harness/workbench/workbench.ts';

describe('The packaged extension, freshly installed', () => {
  let session: Session;
  let workbench: Workbench;

  before(async () => {
    session = await Session.start();
    workbench = await session.openWindow();
  });

  after(() => session.close());

  it('offers its commands in the palette', async () => {
    await workbench.page.keyboard.press('F1');
    await workbench.quickInput.type('>AI Keys: ');
    await workbench.quickInput.row('AI Keys: Analyze Error').waitFor();
    await workbench.quickInput.row('AI Keys: Import .env').waitFor();
    await workbench.quickInput.cancel();
  });

  it('shows the way to the first key where there is none', async () => {
    await workbench.openView('AI Keys');
    await workbench.tree().welcome().waitFor();
    const welcome = await workbench.tree().welcome().innerText();
    assert.match(welcome, /Add Key/i);
    assert.match(welcome, /Import \.env/i);
  });
});
