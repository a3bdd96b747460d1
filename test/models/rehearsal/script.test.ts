import assert from 'node:assert/strict';
import { parseScript } from '../../../src/models/rehearsal/script.ts';
import { GatehouseError } from '../../../src/protocol/failure.ts';

function problemOf(yaml: string): { line: unknown; column: unknown; problem: string } {
  try {
    parseScript(yaml, 'a.yaml');
  } catch (error) {
    assert.ok(error instanceof GatehouseError, String(error));
    assert.equal(error.failure.code, 'rehearsal.scriptInvalid');
    assert.equal(error.failure.args['file'], 'a.yaml');
    const { line, column, problem } = error.failure.args;
    return { line, column, problem: String(problem) };
  }
  return assert.fail('the script was taken');
}

describe('a rehearsal script', () => {
  it('is read with one part or several', () => {
    assert.equal(parseScript('turns: [{ say: hi }]', 'a').roles[0]?.turns.length, 1);
    const two = parseScript(
      'roles: [{name: a, system: A, turns: [{say: x}]}, {name: b, system: B, turns: [{say: y}]}]',
      'a',
    );
    assert.deepEqual(
      two.roles.map(role => role.name),
      ['a', 'b'],
    );
  });

  it('takes every kind of fault, alone or in a list', () => {
    const faults = (yaml: string) => parseScript(`turns: [{ say: hi, fault: ${yaml} }]`, 'a').roles[0]?.turns[0]?.fault;
    assert.deepEqual(faults('cut'), [{ stream: 'cut', times: 1 }]);
    assert.deepEqual(faults('{ status: 529, times: forever }'), [{ status: 529, times: 'forever' }]);
    assert.deepEqual(faults('[hang, { event: overloaded_error }]'), [
      { stream: 'hang', times: 1 },
      { event: 'overloaded_error', times: 1 },
    ]);
  });

  it('says where it is no YAML', () => {
    const { line, problem } = problemOf('turns:\n  - say: "open\n');
    assert.ok(Number(line) >= 2);
    assert.match(problem, /quote/i);
  });

  it('points at a key that it does not know', () => {
    assert.deepEqual(problemOf('turns:\n  - say: hi\n    shout: true\n'), {
      line: 3,
      column: 5,
      problem: 'turns.0: Unrecognized key: "shout"',
    });
  });

  it('points at a value of the wrong type', () => {
    const { line, column, problem } = problemOf(
      'turns:\n  - say: hi\n  - say: ho\n    calls: [{ tool: 3, input: {} }]\n',
    );
    assert.deepEqual([line, column], [4, 15]);
    assert.match(problem, /^turns\.1\.calls\.0\.tool: .*string/);
  });

  it('points at a fault that it does not know', () => {
    const { line } = problemOf('turns:\n  - say: hi\n    fault: { status: 42 }\n');
    assert.equal(line, 3);
  });

  it('points at a bad regular expression', () => {
    const { line, problem } = problemOf('turns:\n  - when: { result: { matches: "(" } }\n    say: hi\n');
    assert.equal(line, 2);
    assert.match(problem, /Unterminated group/);
  });

  it('points at a label that is missing, doubled, or reserved', () => {
    assert.match(problemOf('turns:\n  - say: hi\n    goto: nowhere\n').problem, /no turn is labelled 'nowhere'/);
    assert.match(problemOf('turns: [{label: a, say: x}, {label: a, say: y}]').problem, /two turns are labelled 'a'/);
    assert.match(problemOf('turns: [{label: end, say: x}]').problem, /'end'/);
  });

  it('points at a capture that no turn makes, and at a turn that does nothing', () => {
    const inRole = problemOf('roles:\n  - name: a\n    system: ""\n    turns:\n      - say: "${capture.line}"\n');
    assert.deepEqual(inRole, { line: 5, column: 9, problem: "no turn captures 'line'" });
    assert.match(problemOf('turns: [{ delayMs: 3 }]').problem, /says something/);
  });

  it('is not empty', () => {
    assert.equal(problemOf('').line, 1);
    assert.match(problemOf('turns: []').problem, /^turns: /);
  });
});
