import assert from 'node:assert/strict';
import type { Run } from '../../src/agent/run.ts';
import { effectiveMode } from '../../src/gate/mode.ts';
import type { Mode } from '../../src/protocol/command.ts';
import type { EventKind } from '../../src/protocol/event.ts';
import { play } from './play.ts';

const write = (name: string) => ({ tool: 'Write', input: { file_path: name, content: 'x\n' } });

/** Sends it once the run has written down the first event of a kind. */
function once(kind: EventKind, send: (run: Run) => void) {
  return (run: Run): void => {
    let sent = false;
    run.observe(seen => {
      if (sent || seen.type !== 'event' || seen.event.kind !== kind) return;
      sent = true;
      send(run);
    });
  };
}

const switchTo = (mode: Mode) => once('tool.answered', run => run.send({ type: 'setMode', mode, by: 'panel' }));

describe('the mode of a run', () => {
  it('is the chosen one, but never Auto where a plan keeps it from that', () => {
    assert.equal(effectiveMode('auto', null), 'auto');
    assert.equal(effectiveMode('auto', 'plan.unfit'), 'ask');
    assert.equal(effectiveMode('auto', 'plan.noAcceptance'), 'ask');
    assert.equal(effectiveMode('plan', 'plan.unfit'), 'plan');
  });

  it('can be changed while it goes on, and holds from the very next effect', async () => {
    const turns = [{ say: 'Go.', calls: [write('a'), write('b')] }, { say: 'Done.' }];
    const played = await play(turns, { meet: switchTo('ask') });
    const [first, second] = played.of('effect.proposed').map(({ effect }) => effect);
    assert.deepEqual(
      played.of('question.asked').map(({ effect }) => effect),
      [second],
      `only the second is asked about, not ${first}`,
    );
    assert.deepEqual(
      played.of('mode.changed').map(({ mode, by }) => [mode, by]),
      [['ask', 'panel']],
    );
    assert.match(played.requests, /Mode from now on: Ask/);
  });

  it('changed to Plan refuses what was to come, and to Auto asks no more', async () => {
    const turns = [{ say: 'Go.', calls: [write('a'), write('b')] }, { say: 'Done.' }];
    const stricter = await play(turns, { meet: switchTo('plan') });
    assert.deepEqual(
      stricter.of('effect.done').map(({ outcome }) => outcome.kind === 'edit' && outcome.path.endsWith('/a')),
      [true],
    );
    const looser = await play(turns, { mode: 'ask', meet: switchTo('auto') });
    assert.equal(looser.of('question.asked').length, 1);
  });

  it('is not told again where it is the same, nor a reason to go on', async () => {
    const meet = once('effect.done', run => {
      run.send({ type: 'setMode', mode: 'ask', by: 'panel' });
      run.send({ type: 'setMode', mode: 'auto', by: 'panel' });
      run.send({ type: 'setMode', mode: 'auto', by: 'panel' });
    });
    const played = await play([{ say: 'Go.', calls: [write('a')] }, { say: 'Done.' }], { meet });
    assert.deepEqual(
      played.of('mode.changed').map(({ mode }) => mode),
      ['ask', 'auto'],
    );
    assert.doesNotMatch(played.requests, /Mode from now on/);
    const last = once('model.answered', run => run.send({ type: 'setMode', mode: 'plan', by: 'panel' }));
    assert.equal((await play([{ say: 'Done.' }], { meet: last })).of('turn.started').length, 1);
  });
});

describe('whether a person looks', () => {
  it('is written down where it changes', async () => {
    const meet = once('effect.done', run => {
      for (const away of [false, true, true, false]) run.send({ type: 'away', away });
    });
    const played = await play([{ say: 'Go.', calls: [write('a')] }, { say: 'Done.' }], { meet });
    assert.deepEqual(
      played.of('person.away').map(({ away }) => away),
      [true, false],
    );
  });
});

describe('a grant of the run', () => {
  const command = { tool: 'Bash', input: { command: 'touch x' } };

  it('is asked about again as soon as it is revoked', async () => {
    const turns = [{ say: 'Go.', calls: [command, command, command] }, { say: 'Done.' }];
    let done = 0;
    const meet = (run: Run): void =>
      void run.observe(seen => {
        if (seen.type !== 'event' || seen.event.kind !== 'tool.answered' || ++done !== 2) return;
        const given = run.events().find(event => event.kind === 'grant.given');
        assert.equal(run.send({ type: 'revokeGrant', grant: 'another' }), 'refused');
        assert.equal(
          run.send({ type: 'revokeGrant', grant: given?.kind === 'grant.given' ? given.grant : '' }),
          'taken',
        );
      });
    const played = await play(turns, { mode: 'ask', answer: { verdict: 'allow', scope: 'run' }, meet });
    const [first, , third] = played.of('effect.proposed').map(({ effect }) => effect);
    assert.deepEqual(
      played.of('question.asked').map(({ effect }) => effect),
      [first, third],
    );
    assert.equal(played.of('grant.revoked').length, 1);
  });
});
