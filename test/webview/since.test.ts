import assert from 'node:assert/strict';
import type { Effect } from '../../src/protocol/effect.ts';
import type { EventBody } from '../../src/protocol/event.ts';
import { addAnswer, answersWords, noAnswers } from '../../webview-ui/src/view/answers.ts';
import { foldAll } from '../../webview-ui/src/view/fold.ts';
import type { Item } from '../../webview-ui/src/view/items.ts';
import { entries } from '../../webview-ui/src/view/log.ts';
import { sinceWords } from '../../webview-ui/src/view/since.ts';
import type { View } from '../../webview-ui/src/view/view.ts';
import { createScript, digest, edit, exec, execDone, started } from './events.ts';

const proposed = (effect: string, value: Effect): EventBody => ({
  kind: 'effect.proposed',
  effect,
  call: `c-${effect}`,
  tool: 'Bash',
  value,
  digest,
});
const away = (gone: boolean): EventBody => ({ kind: 'person.away', away: gone });
const decided = (effect: string, verdict: 'allow' | 'deny'): EventBody => ({
  kind: 'effect.decided',
  effect,
  decision: { verdict, by: { type: 'static' }, reasons: [] },
});
const ended: EventBody = { kind: 'run.ended', status: 'done', exitCode: 0, failure: null, survivors: [] };

function viewOf(...bodies: EventBody[]): View {
  const { event } = createScript();
  return foldAll(bodies.map(body => event(body)));
}

function since(view: View): string[] {
  return entries(view.items).flatMap((item: Item) => (item.type === 'since' ? [sinceWords(item)] : []));
}

describe('what happened while nobody looked', () => {
  const before = [started, proposed('a', exec('npm test')), decided('a', 'allow'), execDone('a', 0)];
  const meanwhile = [
    proposed('b', exec('npm run lint')),
    decided('b', 'allow'),
    execDone('b', 0),
    proposed('c', edit),
    decided('c', 'allow'),
    {
      kind: 'effect.done',
      effect: 'c',
      durationMs: 1,
      outcome: { kind: 'edit', path: edit.path, file: edit.next },
    },
    proposed('d', exec('npm publish')),
    decided('d', 'deny'),
  ] satisfies EventBody[];

  it('is one line when the person is back, with the calls behind it', () => {
    const view = viewOf(...before, away(true), ...meanwhile, away(false));
    assert.deepEqual(since(view), ['While you were away: 1 change, 1 command; 1 not allowed.']);
    const item = entries(view.items).find(each => each.type === 'since');
    assert.deepEqual(item?.type === 'since' && item.calls.map(({ call, state }) => [call, state]), [
      ['c-b', 'done'],
      ['c-c', 'done'],
      ['c-d', 'denied'],
    ]);
  });

  it('names a question that came meanwhile and waits', () => {
    const asked: EventBody[] = [
      proposed('q', exec('git push')),
      { kind: 'effect.decided', effect: 'q', decision: { verdict: 'ask', by: { type: 'static' }, reasons: [] } },
      { kind: 'question.asked', question: 'q1', effect: 'q' },
    ];
    assert.deepEqual(since(viewOf(...before, away(true), ...asked, away(false))), [
      'While you were away: 1 question waits.',
    ]);
  });

  it('is nothing where nothing happened, and stands before the end where the run ended meanwhile', () => {
    assert.deepEqual(since(viewOf(...before, away(true), away(false))), []);
    const view = viewOf(...before, away(true), ...meanwhile, ended);
    assert.deepEqual(
      entries(view.items)
        .slice(-2)
        .map(({ type }) => type),
      ['since', 'end'],
    );
  });
});

describe('what the person allowed beforehand', () => {
  const grant = (id: string, scope?: 'workspace'): EventBody => ({
    kind: 'grant.given',
    grant: id,
    effect: 'a',
    commandDigest: digest,
    signature: digest,
    violations: [],
    ...(scope === undefined ? {} : { scope }),
  });
  const grants = (...bodies: EventBody[]) =>
    viewOf({ ...started, policyDigest: digest } as EventBody, proposed('a', exec('npm test')), ...bodies).grants.all;
  const resumed = (policyDigest: string): EventBody => ({
    kind: 'run.resumed',
    gatehouse: '0',
    cutBytes: 0,
    policyDigest,
  });

  it('is listed by its command until it is revoked', () => {
    assert.deepEqual(
      grants(grant('g1'), grant('g2')).map(({ grant: id, command }) => [id, command]),
      [
        ['g1', 'npm test'],
        ['g2', 'npm test'],
      ],
    );
    assert.deepEqual(
      grants(grant('g1'), grant('g2'), { kind: 'grant.revoked', grant: 'g1' }).map(({ grant: id }) => id),
      ['g2'],
    );
  });

  it('for the workspace is no part of the run, and under another policy nothing of it holds', () => {
    assert.deepEqual(grants(grant('g1', 'workspace')), []);
    assert.equal(grants(grant('g1'), ended, resumed(digest)).length, 1);
    assert.equal(grants(grant('g1'), ended, resumed('c'.repeat(64))).length, 0);
  });
});

describe('how the person answered', () => {
  it('is told in a line, the hasty ones too', () => {
    assert.equal(answersWords(noAnswers), '');
    const one = addAnswer(noAnswers, true, 900);
    assert.equal(
      answersWords(one),
      'You answered 1 question, after 900 ms, and allowed 1; all of those within two seconds.',
    );
    const three = addAnswer(addAnswer(one, false, 500), true, 30_000);
    assert.equal(
      answersWords(three),
      'You answered 3 questions, half of them within 900 ms, and allowed 2; 1 of those within two seconds.',
    );
  });
});
