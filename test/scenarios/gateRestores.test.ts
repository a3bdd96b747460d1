import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeRun } from '../../src/hosts/compose.ts';
import { openHome } from '../../src/journal/home.ts';
import { parseScript } from '../../src/models/rehearsal/script.ts';
import { serveRehearsal } from '../../src/models/rehearsal/server.ts';
import type { Mode } from '../../src/protocol/command.ts';

type Said = 'yes' | 'no' | '-';
/** mode, the person's rule, their answers (to the edit first, where it is asked about), why the restore was asked about, who decided on it, what the file holds. */
type Row = readonly [
  mode: Mode,
  rule: string,
  answers: readonly Said[],
  asked: string,
  decided: string,
  holds: 'one' | '1',
];

const asks = "{ id: look, decision: ask, when: { effect: edit, paths: 'a.*' } }";
const rows: readonly Row[] = [
  ['auto', '', [], '', 'static allow', '1'],
  ['ask', '', ['yes', 'yes'], 'mode.ask', 'person allow', '1'],
  ['ask', '', ['yes', 'no'], 'mode.ask', 'person deny', 'one'],
  ['ask', '', ['yes', '-'], 'mode.ask', 'static deny', 'one'],
  ['auto', asks, ['yes', 'yes'], 'policy.rule', 'person allow', '1'],
  ['auto', asks, ['yes', '-'], 'policy.rule', 'static deny', 'one'],
];

describe('the gate, by policy, mode and answer, where the agent takes its own edit back', () => {
  let base: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'gatehouse-gate-')));
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  for (const [mode, rule, answers, asked, decided, holds] of rows)
    it(`${mode}, ${rule === '' ? 'no rule' : 'a rule that asks'}, ${answers.join(' then ') || 'nobody asked'}: ${decided}`, async () => {
      const workspace = join(base, 'workspace');
      mkdirSync(workspace);
      writeFileSync(join(workspace, 'a.txt'), '1\n');
      const home = await openHome({ env: { GATEHOUSE_HOME: join(base, 'state') }, workspace });
      writeFileSync(join(home.root, 'policy.yaml'), `version: 1\nrules: [${rule}]\n`);
      const calls = [
        { tool: 'Read', input: { file_path: 'a.txt' } },
        { tool: 'Edit', input: { file_path: 'a.txt', old_string: '1', new_string: 'one' } },
        { tool: 'Restore', input: { checkpoint: 0, why: 'It failed.' } },
      ];
      const turns = [...calls.map(call => ({ calls: [call] })), { say: 'Done.' }];
      const server = await serveRehearsal({ script: parseScript(JSON.stringify({ turns }), 'restores') });
      const left = [...answers];
      let why = '';
      try {
        const run = await composeRun({
          prompt: 'go',
          workspace,
          mode,
          home,
          approver: {
            async ask({ value, decision }) {
              if (value.kind === 'restore') why = decision.reasons[0]?.code ?? '';
              const said = left.shift() ?? '-';
              if (said === '-') return null;
              return { answer: said === 'yes' ? { verdict: 'allow' } : { verdict: 'deny' }, surface: 'panel' };
            },
          },
          editor: null,
          endpoint: { type: 'api', apiKey: server.token, baseUrl: server.url },
          env: { PATH: process.env['PATH'] ?? '' },
          version: '0.0.0',
        });
        await run.result;
        const last = run.events().findLast(event => event.kind === 'effect.decided');
        const told = last?.kind === 'effect.decided' ? `${last.decision.by.type} ${last.decision.verdict}` : '';
        const text = readFileSync(join(workspace, 'a.txt'), 'utf8').trim();
        assert.deepEqual([why, told, text, left], [asked, decided, holds, []]);
      } finally {
        await server.close();
      }
    });
});
