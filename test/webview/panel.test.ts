import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { grantSentences } from '../../src/hosts/grantWords.ts';
import { cappedSentence } from '../../src/hosts/modeWords.ts';
import type { PanelState } from '../../src/protocol/panel.ts';
import { openBrowser, openPanel, type PanelPage, quietState } from './browser.ts';
import { answered, createScript, digest, edit, exec, execDone, execOutcome, started } from './events.ts';
import { ruleText, story } from './scenes.ts';
import type { Theme } from './themes.ts';

const running: PanelState = {
  ...quietState,
  runs: [{ run: 'run-1', title: 'The tests fail', state: 'running' }],
  shown: 'run-1',
  endpoint: { type: 'rehearsal' },
};

describe('the panel, drawn by a browser', () => {
  let browser: Browser;
  let panel: PanelPage;

  const open = async (theme: Theme = 'dark', width?: number, height?: number): Promise<PanelPage> => {
    panel = await openPanel(browser, theme, width, height);
    return panel;
  };
  const show = (until: Parameters<typeof story>[0]): Promise<void> =>
    panel.tell({ type: 'state', state: running }, story(until));

  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser?.close());
  afterEach(async () => {
    const refused = await panel.violations();
    assert.deepEqual(refused, [], 'the content security policy had to refuse something');
  });

  it('says ready, and offers examples that fill the box without sending', async () => {
    const { page, posted, tell, screenshot } = await open();
    await tell({ type: 'state', state: quietState });
    await page.getByRole('button', { name: 'Run the tests and mend what fails' }).click();
    const box = page.getByRole('textbox');
    assert.equal(await box.inputValue(), 'Run the tests and mend what fails');
    assert.deepEqual(await posted(), [{ type: 'ready' }]);
    await screenshot('empty-dark');
  });

  it('offers task classes with whose each is, and sends what stands in the box with it', async () => {
    const { page, posted, tell, screenshot } = await open();
    const of = (from: 'user' | 'workspace' | 'builtin', name: string, title: string) => ({
      name,
      from,
      title,
      about: '',
      estimate: name === 'fix-tests' ? 'From 7 runs of fix-tests: half needed at most 4 turns.' : null,
    });
    const all = { p50: 5, p90: 9 };
    const sentence = 'From 10 runs: half needed at most 5 turns.';
    const estimate = { task: null, runs: 10, turns: all, minutes: all, usd: null, sentence };
    const tasks = [
      of('user', 'notes', 'Write release notes'),
      of('workspace', 'lint', 'Tidy the notes'),
      of('builtin', 'fix-tests', 'Fix failing tests'),
      of('builtin', 'write-tests', 'Write tests for a file'),
      of('builtin', 'upgrade-dependency', 'Upgrade a dependency'),
    ];
    await tell({ type: 'state', state: { ...quietState, tasks, estimate } });
    await page.getByRole('textbox').fill('as Ada likes it');
    await page.getByText(sentence).waitFor();
    await page.getByRole('button', { name: 'Fix failing tests, built in' }).hover();
    await page.getByText('From 7 runs of fix-tests').waitFor();
    await screenshot('tasks-dark');
    await page.getByRole('button', { name: 'Tidy the notes, a task of this repository' }).click();
    const task = { name: 'lint', from: 'workspace' };
    assert.deepEqual((await posted()).at(-1), { type: 'runTask', task, input: 'as Ada likes it' });
  });

  it('sends with Enter in the chosen mode, and starts a line with Shift+Enter', async () => {
    const { page, posted, tell } = await open();
    await tell({ type: 'state', state: { ...quietState, mode: 'auto' } });
    const box = page.getByRole('textbox');
    await box.fill('Mend it');
    await box.press('Shift+Enter');
    await box.pressSequentially('please');
    await box.press('Enter');
    assert.deepEqual((await posted()).at(-1), {
      type: 'command',
      run: null,
      command: { type: 'start', prompt: 'Mend it\nplease', mode: 'auto', isolate: 'none', plan: 'auto' },
    });
    assert.equal(await box.inputValue(), '');
  });

  it('shows a task that was sent, and loses it to nothing, until a run has begun with it', async () => {
    const { page, tell } = await open();
    const ended = story('end');
    const runs = [{ run: 'run-1', title: 'The tests fail', state: 'done' as const }];
    await tell(
      { type: 'state', state: { ...quietState, runs, shown: 'run-1' } },
      ended,
      { type: 'replay', run: null, items: [] },
      { type: 'compose', text: null },
    );
    const box = page.getByRole('textbox');
    const starting = page.getByText('Starting: Mend it');
    const saved = () => page.evaluate('saved.state');
    await box.fill('Mend it');
    await box.press('Enter');
    assert.equal(await box.inputValue(), '');
    // What the editor tells late of the old run, and that none is on display, is no word about this one.
    await tell(ended, { type: 'replay', run: null, items: [] }, { type: 'compose', text: null });
    await starting.waitFor();
    assert.deepEqual(await saved(), { draft: 'Mend it', sent: true });
    await tell({ type: 'replay', run: 'run-2', items: [] });
    await starting.waitFor({ state: 'detached' });
    assert.deepEqual(await saved(), { draft: '', sent: false });
  });

  it('has a task that was sent in the box when it is drawn anew, and not once a run has begun with it', async () => {
    const { page, tell } = await open();
    await tell({ type: 'state', state: quietState });
    const box = page.getByRole('textbox');
    await box.fill('The tests fail');
    await box.press('Enter');
    await page.reload();
    await page.waitForFunction('posted.length > 0');
    await tell({ type: 'state', state: quietState });
    assert.equal(await box.inputValue(), 'The tests fail');
    const begun = (prompt: string) =>
      createScript().event(started.kind === 'run.started' ? { ...started, prompt } : started);
    await tell({ type: 'replay', run: 'run-2', items: [begun('Another')] });
    assert.equal(await box.inputValue(), 'The tests fail');
    await tell({ type: 'replay', run: 'run-1', items: [begun('The tests fail')] });
    assert.equal(await box.inputValue(), '');
  });

  it('has the text of a task in the box again where nothing came of it', async () => {
    const { page, tell } = await open();
    await tell({ type: 'state', state: quietState });
    const box = page.getByRole('textbox');
    await box.fill('Mend it');
    await box.press('Enter');
    await page.getByText('Starting: Mend it').waitFor();
    await tell({ type: 'compose', text: 'Mend it' }, { type: 'problem', sentence: 'The folder cannot be read.' });
    assert.equal(await box.inputValue(), 'Mend it');
    assert.equal(await page.getByText('Starting: Mend it').count(), 0);
    await page.getByText('The folder cannot be read.').waitFor();
    await box.press('Enter');
    await box.fill('And the docs');
    await tell({ type: 'compose', text: 'Mend it' });
    assert.equal(await box.inputValue(), 'Mend it\n\nAnd the docs');
    await tell({ type: 'compose', text: 'An example', offer: true });
    assert.equal(await box.inputValue(), 'Mend it\n\nAnd the docs');
    await box.fill('');
    await tell({ type: 'compose', text: 'An example', offer: true });
    assert.equal(await box.inputValue(), 'An example');
  });

  it('says what is missing, how to mend it, and sends nothing meanwhile', async () => {
    const { page, posted, tell, screenshot } = await open();
    await tell({ type: 'state', state: { ...quietState, obstacle: 'noKey' } });
    await page.getByRole('textbox').fill('Mend it');
    await page.getByRole('textbox').press('Enter');
    assert.equal(await page.getByRole('button', { name: 'Send' }).isDisabled(), true);
    await page.getByRole('button', { name: 'Set API key' }).click();
    assert.deepEqual(await posted(), [{ type: 'ready' }, { type: 'act', action: 'setApiKey' }]);
    await screenshot('no-key-dark');
  });

  it('puts a question with its command and reasons, and gives the answer with its nonce', async () => {
    const { page, posted, screenshot } = await open();
    await show('question');
    const card = page.getByRole('region', { name: 'Run this command?' });
    assert.match(await card.innerText(), /npm test -- --test-reporter=spec/);
    assert.match(await card.innerText(), /Risk: low/);
    assert.match(await card.innerText(), /It can change files in the workspace, but not git’s data.*no network\./);
    assert.match(await card.innerText(), /In mode ask, everything but looking is asked about/);
    await page.locator('.question button.primary:enabled').waitFor();
    await screenshot('question-dark');
    for (const [name, scope] of [
      ['Allow once', 'once'],
      ['Allow for this run', 'run'],
      ['Allow in this workspace', 'workspace'],
    ] as const) {
      await card.getByRole('button', { name, exact: true }).click();
      assert.deepEqual((await posted()).at(-1), {
        type: 'command',
        run: 'run-1',
        command: { type: 'answer', question: 'q1', nonce: 'nonce-1', answer: { verdict: 'allow', scope } },
      });
    }
  });

  it('shows what Auto will do before it is on, and takes the answer of a click alone', async () => {
    const { page, tell, posted, screenshot } = await open();
    await tell({ type: 'state', state: { ...quietState, autoPage: 'first' } });
    const sheet = page.getByRole('region', { name: 'Turn Auto on in this workspace?' });
    assert.match(await sheet.innerText(), /It never[^]*private keys[^]*An undo brings files back/);
    await sheet.getByRole('button', { name: 'Turn Auto on' }).and(page.locator(':enabled')).waitFor();
    await screenshot('auto-first');
    await sheet.getByRole('button', { name: 'Turn Auto on' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'autoPage', go: true });
    await tell({ type: 'state', state: { ...quietState, autoPage: 'again' } });
    assert.doesNotMatch(await sheet.innerText(), /It never/);
    await sheet.getByRole('button', { name: 'Leave it off' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'autoPage', go: false });
  });

  it('asks for another mode by the switch and the list, also while a run goes on, and shows the one that holds', async () => {
    const { page, tell, posted, screenshot } = await open();
    await tell({ type: 'state', state: quietState });
    const toggle = page.getByRole('switch', { name: 'Auto' });
    await toggle.click();
    assert.deepEqual((await posted()).at(-1), { type: 'mode', mode: 'auto' });
    assert.equal(await toggle.getAttribute('aria-checked'), 'false');
    await page.getByLabel('Mode').selectOption('plan');
    assert.deepEqual((await posted()).at(-1), { type: 'mode', mode: 'plan' });
    assert.equal(await page.getByLabel('Mode').inputValue(), 'ask');
    const { event } = createScript();
    const script = [event(started), event({ kind: 'mode.changed', mode: 'auto', by: 'panel' }, 'Auto from here on.')];
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: script });
    assert.equal(await toggle.getAttribute('aria-checked'), 'true');
    await tell({
      type: 'told',
      run: 'run-1',
      items: [event({ kind: 'mode.capped', reason: 'plan.unfit' }, cappedSentence('plan.unfit'))],
    });
    assert.match((await toggle.getAttribute('title')) ?? '', /this run asks/);
    await screenshot('mode-held');
    await toggle.click();
    assert.deepEqual((await posted()).at(-1), { type: 'mode', mode: 'ask' });
  });

  it('lists what was allowed beforehand, and asks for it to be revoked', async () => {
    const { page, tell, posted, screenshot } = await open();
    const sentences = grantSentences({
      signature: digest,
      violations: [],
      scope: 'workspace',
      expiresAt: 1_800_000_000_000,
    });
    const grants = [{ grant: 'g1', command: 'npm test -- --test-reporter=spec', sentences }];
    const { event } = createScript();
    const items = [
      event(started),
      event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value: exec('npm ci'), digest }),
      event({ kind: 'effect.done', effect: 'e1', durationMs: 800, outcome: execOutcome }),
      event(
        { kind: 'grant.given', grant: 'g2', effect: 'e1', commandDigest: digest, signature: null, violations: [] },
        ...grantSentences({ signature: null, violations: [{ type: 'host', host: 'registry.npmjs.org', port: 443 }] }),
      ),
      event({ kind: 'person.away', away: true }),
      event({ kind: 'effect.proposed', effect: 'e2', call: 'c2', tool: 'Edit', value: edit, digest }),
      event({
        kind: 'effect.decided',
        effect: 'e2',
        decision: { verdict: 'allow', by: { type: 'static' }, reasons: [] },
      }),
      event({
        kind: 'effect.done',
        effect: 'e2',
        durationMs: 5,
        outcome: { kind: 'edit', path: edit.path, file: edit.next },
      }),
      event({ kind: 'person.away', away: false }),
    ];
    await tell({ type: 'state', state: { ...running, grants } }, { type: 'replay', run: 'run-1', items });
    await page.getByText('While you were away: 1 change.').click();
    await page.getByText('You allowed 2 commands beforehand').click();
    await screenshot('grants');
    assert.match(
      await page.locator('details.grants').innerText(),
      /It may reach registry\.npmjs\.org:443\. Until the run ends\./,
    );
    await page.getByRole('button', { name: 'Revoke npm ci' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'revokeGrant', run: 'run-1', grant: 'g2' });
  });

  it('explains the programs of a command on demand', async () => {
    const { page, screenshot } = await open();
    await show('question');
    const explain = page.getByRole('button', { name: 'Explain' });
    assert.equal(await explain.getAttribute('aria-expanded'), 'false');
    await explain.press('Enter');
    const parts = page.getByRole('list', { name: 'The programs of the command' });
    assert.match(await parts.innerText(), /npm test[^]*Writes the workspace\.[^]*node --test/);
    await page.locator('.question button.primary:enabled').waitFor();
    await screenshot('explained-dark');
  });

  it('shows the rule of “always”, has it checked as it is typed, and sends what was made of it', async () => {
    const { page, posted, tell, screenshot } = await open();
    await show('question');
    await page.getByRole('button', { name: 'Always allow…' }).click();
    const box = page.getByLabel('The rule', { exact: true });
    assert.equal(await box.inputValue(), ruleText);
    await page.locator('textarea.rule:focus').waitFor();
    const write = page.getByRole('button', { name: 'Write the rule and allow' });
    assert.equal(await write.isDisabled(), true);
    const edited = ruleText.replace('npm test', 'npm *');
    await box.fill(edited);
    const asked = async (): Promise<boolean> =>
      (await posted()).some(each => each.type === 'checkRule' && each.text === edited);
    while (!(await asked())) await page.evaluate('new Promise(requestAnimationFrame)');
    const told = (text: string, errors: string[]): Promise<void> =>
      tell({ type: 'ruleChecked', run: 'run-1', question: 'q1', check: { text, errors, warnings: [] } });
    await told(edited, ['`npm *` would allow too much.']);
    await page.getByText('would allow too much').waitFor();
    assert.equal(await write.isDisabled(), true);
    await screenshot('always-dark');
    await told('another text', []);
    assert.equal(await write.isDisabled(), true);
    const better = ruleText.replace('npm test', 'npm run test *');
    await box.fill(better);
    await told(better, []);
    await write.click();
    const last = (await posted()).at(-1);
    assert.ok(last?.type === 'command' && last.command.type === 'answer');
    assert.deepEqual(last.command.answer, { verdict: 'allow', scope: 'run', ruleText: better });
  });

  it('is answered by the keyboard alone, in the order in which it reads', async () => {
    const { page, posted, tell } = await open();
    await show('question');
    await page.locator('.question button.primary:enabled').waitFor();
    await tell({ type: 'showQuestion' });
    const names: string[] = [];
    for (let at = 0; at < 8; at += 1) {
      await page.keyboard.press('Tab');
      names.push(
        await page.evaluate<string>(
          `document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent.trim()`,
        ),
      );
    }
    assert.deepEqual(names, [
      'The command',
      'Explain',
      'Allow once',
      'Allow for this run',
      'Allow in this workspace',
      'Always allow…',
      'Deny',
      'Deny and say why…',
    ]);
    await page.keyboard.press('Enter');
    await page.locator('textarea.why:focus').waitFor();
    await page.keyboard.type('Not now');
    await page.keyboard.press('Escape');
    await page.locator('[data-question=q1]:focus').waitFor();
    await page.getByRole('button', { name: 'Deny', exact: true }).press('Enter');
    const last = (await posted()).at(-1);
    assert.ok(last?.type === 'command' && last.command.type === 'answer');
    assert.deepEqual(last.command.answer, { verdict: 'deny' });
  });

  it('takes a reason with a denial', async () => {
    const { page, posted } = await open();
    await show('question');
    await page.getByRole('button', { name: 'Deny and say why…' }).click();
    await page.getByLabel('Why not; the agent is told this').fill('Use the quick suite');
    await page.getByRole('button', { name: 'Deny with this' }).click();
    const last = (await posted()).at(-1);
    assert.ok(last?.type === 'command' && last.command.type === 'answer');
    assert.deepEqual(last.command.answer, { verdict: 'deny', why: 'Use the quick suite' });
  });

  it('leaves the focus where it is when a question comes, and moves it on request', async () => {
    const { page, tell } = await open();
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items: [] });
    await page.getByRole('textbox').focus();
    await show('question');
    await page.getByRole('region', { name: 'Run this command?' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'TEXTAREA');
    assert.match(await page.getByRole('status').innerText(), /Gatehouse asks: Run this command\? npm test/);
    await tell({ type: 'showQuestion' });
    assert.equal(await page.evaluate('document.activeElement.dataset.question'), 'q1');
  });

  it('says that a script plays the model', async () => {
    const { page } = await open();
    await show('streaming');
    assert.match(await page.locator('.banner').innerText(), /Rehearsal: a script plays the model; no AI/);
  });

  it('shows output while a command runs, says what is typed to the run, and stops it', async () => {
    const { page, posted, screenshot } = await open();
    await show('streaming');
    await page.getByText('parse reads hours').waitFor();
    await screenshot('running-dark');
    await page.getByRole('textbox').fill('Mind the docs');
    await page.getByRole('textbox').press('Enter');
    await page.getByRole('button', { name: 'Stop the run' }).click();
    assert.deepEqual(
      (await posted()).slice(-2).map(message => message.type === 'command' && message.command),
      [{ type: 'say', text: 'Mind the docs' }, { type: 'stop' }],
    );
  });

  it('ends with what the run came to, and opens the report', async () => {
    const { page, posted, screenshot } = await open();
    await show('end');
    const end = page.getByRole('region', { name: 'Run: Done' });
    assert.match(await end.innerText(), /4 turns · 26,320 tokens/);
    const files = await end.getByRole('list', { name: 'Files changed' }).innerText();
    assert.deepEqual([files.includes('src/format.js'), /[+−]\d/.test(files)], [true, false]);
    await end.getByRole('button', { name: 'Open report' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'act', action: 'openReport' });
    await screenshot('end-dark');
  });

  it('unfolds a call to its diff and its output without colour codes', async () => {
    const { page, screenshot } = await open('light');
    await show('end');
    await page.getByRole('button', { name: /Edit src\/format\.js/ }).click();
    assert.match(await page.locator('.diff .add').first().innerText(), /^\+ {2}\/\/ Rounded before/);
    await page.getByRole('button', { name: /Run npm test -- --test-reporter/ }).click();
    const output = page.getByLabel('Result');
    assert.match(await output.innerText(), /fail 1$/);
    assert.doesNotMatch(await output.innerText(), /rounds up/);
    await screenshot('unfolded-light');
    await page.getByRole('button', { name: /Show all/ }).click();
    assert.equal((await output.innerText()).split('\n')[0], '✖ format carries a rest that rounds up (1.2ms)');
  });

  it('hands links to the host and never follows them', async () => {
    const { page, posted, tell } = await open();
    const { event } = createScript();
    const words =
      'See [the docs](https://example.org/a?b=1), ![pixel](https://example.org/p.png), [bad](javascript:alert(1)).';
    await show('end');
    await tell({ type: 'told', run: 'run-1', items: [event(answered(5, { type: 'text', text: words }))] });
    await page.getByRole('link', { name: 'test/format.test.js' }).click();
    await page.getByRole('link', { name: 'the docs' }).click();
    assert.deepEqual((await posted()).slice(-2), [
      { type: 'openFile', run: 'run-1', path: 'test/format.test.js', line: 12 },
      { type: 'openLink', url: 'https://example.org/a?b=1' },
    ]);
    assert.equal(await page.locator('img').count(), 0);
    assert.equal(await page.locator('a[href^="javascript"]').count(), 0);
    assert.equal(new URL(page.url()).hostname, 'panel.invalid');
  });

  it('treats markup in the words of a model as words', async () => {
    const { page, tell } = await open();
    const { event } = createScript();
    const words = '<img src=x onerror="document.title=1"> <section class="question">Allow?</section>';
    await tell(
      { type: 'state', state: running },
      { type: 'replay', run: 'run-1', items: [event(answered(1, { type: 'text', text: words }))] },
    );
    assert.match(await page.locator('.markdown').innerText(), /<section class="question">/);
    assert.equal(await page.locator('.question').count(), 0);
  });

  it('follows what is new at the end, and stays put where the person has scrolled up', async () => {
    const { page, tell } = await open('dark', 380, 420);
    await show('end');
    const list = page.getByRole('log');
    const rest = (): Promise<number> => list.evaluate(box => box.scrollHeight - box.scrollTop - box.clientHeight);
    assert.ok((await rest()) < 2, `${await rest()} px from the end`);
    await list.evaluate(box => {
      box.scrollTop = 0;
    });
    await page.getByRole('button', { name: 'Latest' }).waitFor();
    const { event } = createScript();
    await tell({ type: 'told', run: 'run-1', items: [event(answered(5, { type: 'text', text: 'More.' }))] });
    assert.equal(await list.evaluate(box => box.scrollTop), 0);
    await page.getByRole('button', { name: 'Latest' }).click();
    assert.ok((await rest()) < 2);
  });

  it('fits a narrow side bar', async () => {
    const { page, screenshot } = await open('dark', 250, 760);
    await show('question');
    const wide = (): Promise<number> => page.evaluate<number>('document.documentElement.scrollWidth');
    assert.ok((await wide()) <= 250, `${await wide()} px wide`);
    await page.locator('.question button.primary:enabled').waitFor();
    await screenshot('question-narrow');
    await show('end');
    assert.ok((await wide()) <= 250, `${await wide()} px wide`);
    await screenshot('end-narrow');
    await panel.tell({ type: 'state', state: quietState }, { type: 'replay', run: null, items: [] });
    await screenshot('empty-narrow');
  });

  it('names a failure and offers what mends it', async () => {
    const { page, posted, screenshot } = await open('light', 700);
    await show('failure');
    await page.getByRole('region', { name: 'Run: Failed' }).getByRole('button', { name: 'Set API key' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'act', action: 'setApiKey' });
    await screenshot('failure-light-wide');
  });

  it('is drawn in high contrast with edges in place of fills', async () => {
    const { page, screenshot } = await open('contrast');
    await show('question');
    const edge = await page.evaluate("getComputedStyle(document.querySelector('.question')).borderTopColor");
    assert.equal(edge, 'rgb(111, 195, 223)');
    await page.locator('.question button.primary:enabled').waitFor();
    await screenshot('question-contrast');
  });

  it('lists what runs in the background and ends it on request', async () => {
    const { page, posted, tell, screenshot } = await open();
    const { event } = createScript();
    const items = [
      event(started),
      event({
        kind: 'effect.proposed',
        effect: 'e1',
        call: 'c1',
        tool: 'Bash',
        digest,
        value: { ...exec('npm run dev -- --port 5173 --strict-port --host 127.0.0.1'), background: true },
      }),
      event({ ...execDone('e1', 0), outcome: { ...execOutcome, process: 'bg-1' } }),
    ];
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items });
    const list = page.getByRole('region', { name: 'Running in the background' });
    await screenshot('background-dark');
    await list.getByRole('button', { name: /^End npm run dev/ }).click();
    assert.deepEqual((await posted()).at(-1), {
      type: 'command',
      run: 'run-1',
      command: { type: 'endProcess', process: 'bg-1' },
    });
    assert.equal(await list.getByRole('button').isDisabled(), true);
    const gone = event({ kind: 'process.ended', process: 'bg-1', exitCode: null, survivors: [] });
    await tell({ type: 'told', run: 'run-1', items: [gone] });
    await list.waitFor({ state: 'detached' });
  });

  it('shows all of a change that was too large to be kept, in parts', async () => {
    const { page, posted, tell, screenshot } = await open();
    const { event, live } = createScript();
    const outline = '--- src/format.js\n+++ src/format.js\n@@ -1,3000 +1,3000 @@\n@@ -4001,2 +4001,2 @@\n';
    const items = [
      event(started),
      event({
        kind: 'effect.proposed',
        effect: 'e1',
        call: 'c1',
        tool: 'Edit',
        digest,
        value: { ...edit, patch: outline, added: 3000, removed: 3000 },
      }),
      event({ kind: 'question.asked', question: 'q1', effect: 'e1' }),
      live({ type: 'question', question: 'q1', effect: 'e1', nonce: 'n' }),
    ];
    await tell({ type: 'state', state: running }, { type: 'replay', run: 'run-1', items });
    const card = page.getByRole('region', { name: /format\.js|Change|edit/i }).first();
    assert.match(await card.innerText(), /too large to be shown here at once/);
    await page.locator('.question button.primary:enabled').waitFor();
    await screenshot('large-change-dark');
    await card.getByRole('button', { name: 'Show all as it is' }).click();
    assert.deepEqual((await posted()).at(-1), { type: 'showChange', run: 'run-1', question: 'q1' });
    const body = Array.from({ length: 3000 }, (_, at) => `-old ${at}\n+evil ${at}`).join('\n');
    const patch = `--- a\n+++ a\n@@ -1,3000 +1,3000 @@\n${body}\n`;
    await tell({ type: 'change', run: 'run-1', question: 'q1', patch });
    const diff = card.getByLabel('The change');
    for (const label of ['Show 2,000', 'Show 2,000', 'Show all'])
      await card.getByRole('button', { name: new RegExp(`^${label} `) }).click();
    assert.match(await diff.innerText(), /\+evil 2999\s*$/);
    assert.equal(await card.getByRole('button', { name: /^Show/ }).count(), 0);
  });

  it('offers the run that was cut off, to go on with or to look at', async () => {
    const { page, posted, tell, screenshot } = await open();
    const entry = { run: 'run-0', title: 'The tests fail', state: 'cutOff' as const, startedAt: 1_790_000_000_000 };
    await tell({ type: 'state', state: { ...quietState, resumable: entry, past: [entry] } });
    const offer = page.getByRole('region', { name: 'A run that can go on' });
    assert.match(await offer.innerText(), /A run was cut off[^]*The tests fail/);
    await screenshot('go-on-dark');
    await offer.getByRole('button', { name: 'Go on' }).click();
    await offer.getByRole('button', { name: 'Look at it' }).click();
    await page.getByRole('combobox', { name: 'Run', exact: true }).selectOption('run-0');
    assert.deepEqual((await posted()).slice(1), [
      { type: 'actOn', run: 'run-0', action: 'resume' },
      { type: 'show', run: 'run-0' },
      { type: 'show', run: 'run-0' },
    ]);
  });

  it('shows a run of before with what can be done with it, and nothing of it as open', async () => {
    const { page, posted, tell, screenshot } = await open('light');
    const message = story('question');
    const runs = [{ run: 'run-1', title: 'The tests fail', state: 'cutOff' as const }];
    const state: PanelState = { ...running, runs, actions: ['resume', 'merge', 'keep', 'discard', 'undo'] };
    await tell({ type: 'state', state }, message.type === 'replay' ? { ...message, over: true } : message);
    const actions = page.getByRole('group', { name: 'This run' });
    assert.match(await actions.innerText(), /This run was cut off/);
    assert.equal(await page.locator('[data-question]').count(), 0);
    assert.equal(await page.getByRole('button', { name: 'Stop the run' }).count(), 0);
    await screenshot('past-light');
    for (const name of ['Go on', 'Merge…', 'Keep the branch…', 'Discard…', 'Undo run…'])
      await actions.getByRole('button', { name }).click();
    const asked = (await posted()).flatMap(each => (each.type === 'actOn' ? [each.action] : []));
    assert.deepEqual(asked, state.actions);
  });

  it('shows an effect in doubt with what changed, and decides with its nonce', async () => {
    const { page, posted, tell, screenshot } = await open('contrast');
    await show('question');
    const value = exec('npm run migrate');
    const doubts = [{ effect: 'e9', value, changed: ['db/schema.sql', 'db/seed.sql'], nonce: 'n9' }];
    await tell({ type: 'doubts', run: 'run-1', doubts });
    const card = page.getByRole('region', { name: 'The run was cut off in the middle of this' });
    assert.match(await card.innerText(), /npm run migrate[^]*2 files have changed since it began:[^]*db\/seed\.sql/);
    await card.getByRole('button', { name: 'Leave it' }).and(page.locator(':enabled')).waitFor();
    await screenshot('doubt-contrast');
    await card.getByRole('button', { name: 'Leave it' }).click();
    assert.deepEqual((await posted()).at(-1), {
      type: 'decide',
      run: 'run-1',
      effect: 'e9',
      nonce: 'n9',
      verdict: 'skip',
    });
    await tell({ type: 'doubts', run: 'run-1', doubts: [] });
    await card.waitFor({ state: 'detached' });
  });

  it('asks the host to keep where runs work and whether they plan, and starts a run so', async () => {
    const { page, posted, tell } = await open();
    await tell({ type: 'state', state: quietState });
    await page.getByLabel('Where the run works').selectOption('worktree');
    assert.deepEqual((await posted()).at(-1), { type: 'isolate', isolate: 'worktree' });
    await page.getByLabel('Whether a planner goes first').selectOption('Always plan');
    assert.deepEqual((await posted()).at(-1), { type: 'planFirst', planFirst: 'always' });
    await tell({ type: 'state', state: { ...quietState, isolate: 'worktree', planFirst: 'always' } });
    await page.getByRole('textbox').fill('Mend it');
    await page.getByRole('textbox').press('Enter');
    const sent = (await posted()).at(-1);
    assert.ok(sent?.type === 'command' && sent.command.type === 'start');
    assert.deepEqual([sent.command.isolate, sent.command.plan], ['worktree', 'always']);
  });
});
