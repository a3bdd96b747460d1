import assert from 'node:assert/strict';
import { describe as describeItem, questionTitle } from '../../webview-ui/src/view/describe.ts';
import { foldAll } from '../../webview-ui/src/view/fold.ts';
import { entries } from '../../webview-ui/src/view/log.ts';
import { createScript, digest, exec, execOutcome, started } from './events.ts';

describe("the panel's fold over git", () => {
  it('tells of commits that were signed, and warns of such that were not', () => {
    for (const type of ['nothing', 'unsigned'] as const) {
      const { event } = createScript();
      const signing =
        type === 'nothing'
          ? { type, left: ['a'.repeat(40)] }
          : { type, because: 'git.signingFailed' as const, commits: ['a'.repeat(40)], problem: 'no key' };
      const view = foldAll([
        event(started),
        event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value: exec('git commit'), digest }),
        event(
          { kind: 'effect.done', effect: 'e1', durationMs: 1, outcome: { ...execOutcome, signing } },
          'What became of it.',
        ),
      ]);
      const notice = entries(view.items).at(-1);
      assert.ok(notice?.type === 'notice');
      assert.equal(notice.level, type === 'unsigned' ? 'warning' : 'info');
      assert.deepEqual(notice.sentences, ['What became of it.']);
    }
  });

  it('describes a push by where it goes', () => {
    const { event } = createScript();
    const value = {
      kind: 'push' as const,
      command: 'git push',
      cwd: '/w',
      remote: 'origin',
      shown: 'https://***@host/x.git',
      refspecs: [{ sha: 'a'.repeat(40), ref: 'refs/heads/main' }],
      force: false,
      lease: null,
      setUpstream: false,
    };
    const refs = [{ ref: 'refs/heads/main', change: 'updated' as const }];
    const view = foldAll([
      event(started),
      event({ kind: 'effect.proposed', effect: 'e1', call: 'c1', tool: 'Bash', value, digest }),
      event({
        kind: 'effect.done',
        effect: 'e1',
        durationMs: 1,
        outcome: { kind: 'push', remote: 'origin', shown: value.shown, refs },
      }),
    ]);
    const item = entries(view.items).at(-1);
    assert.ok(item?.type === 'tool');
    const { verb, subject, detail, outcome } = describeItem(item, '/w');
    assert.deepEqual([verb, subject, detail, outcome], ['Push', 'main to origin', value.shown, 'updated']);
    assert.equal(questionTitle(item.effect), 'Push to origin?');
  });
});
