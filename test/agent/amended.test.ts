import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unreviewed } from '../../src/journal/unreviewed.ts';
import type { Question } from '../../src/ports/approver.ts';
import type { Blobs } from '../../src/ports/blobs.ts';
import type { Answer } from '../../src/protocol/command.ts';
import { type Played, play, value } from './play.ts';

const numbered = Array.from({ length: 12 }, (_, at) => `line ${at + 1}\n`).join('');
const six = numbered.replace('line 6', 'six');
const read = (file: string): unknown => ({ calls: [{ tool: 'Read', input: { file_path: file } }] });
const edit = (file_path: string, old_string = 'line 6\n', new_string = 'six\n'): unknown => ({
  calls: [{ tool: 'Edit', input: { file_path, old_string, new_string } }],
});
const allow: Answer = { verdict: 'allow' };

/** What the person does about an edit of a file, the `asked`th time that they are asked about it. */
type Person = (question: Question, at: { workspace: string; blobs: Blobs }, asked: number) => Promise<Answer>;

/** Allows the edit as `change` makes it of the proposal. */
function amend(change: (text: string) => string): Person {
  return async ({ value: effect }, { blobs }) => {
    if (effect.kind !== 'edit') throw new Error('an edit was expected');
    const proposed = new TextDecoder().decode(await blobs.get(effect.next));
    const next = await blobs.put(new TextEncoder().encode(change(proposed)));
    return { ...allow, amended: { base: effect.base, next } };
  };
}

/** Edits the sixth line of each file, with whom it concerns; `more` turns follow. */
async function playFiles(persons: Record<string, Person>, more: unknown[] = []): Promise<Played> {
  const names = Object.keys(persons);
  const asked = new Map<string, number>();
  return play([...names.flatMap(name => [read(name), edit(name)]), ...more, { say: 'done' }], {
    files: { '.env': `STRIPE=${value}\n`, ...Object.fromEntries(names.map(name => [name, numbered])) },
    mode: 'ask',
    approve: async (question, at) => {
      const name = question.value.kind === 'edit' ? question.value.path.slice(at.workspace.length + 1) : '';
      asked.set(name, (asked.get(name) ?? 0) + 1);
      return (await persons[name]?.(question, at, asked.get(name) ?? 0)) ?? allow;
    },
  });
}

/** What the model was told of the edit of a file, the `nth` of them. */
function toldOf(played: Played, name: string, nth = 0): string {
  const calls = played.of('effect.proposed').flatMap(event => {
    const mine = event.value.kind === 'edit' && event.value.path.endsWith(`/${name}`) && event.revised === undefined;
    return mine ? [event.call] : [];
  });
  return played.of('tool.answered').find(event => event.call === calls[nth])?.text ?? '';
}

function revisionsOf(played: Played, name: string) {
  return played.of('effect.proposed').filter(({ value: effect, revised }) => {
    return effect.kind === 'edit' && effect.path.endsWith(`/${name}`) && revised !== undefined;
  });
}

describe('an edit that a person changes before they allow it', () => {
  const many = 'another line of the person\n'.repeat(600);
  let played: Played;

  before(async () => {
    played = await playFiles(
      {
        changed: amend(text => text.replace('six', 'SIX')),
        long: amend(text => text + many),
        emptied: amend(() => numbered),
        secret: amend(text => text.replace('six', `key ${value}`)),
      },
      [edit('changed', 'SIX\n', 'Six\n'), edit('long', 'line 1\n', 'one\n')],
    );
  });

  it('is made as they want it, and the model is told how it differs', () => {
    assert.match(toldOf(played, 'changed'), /The person changed the edit[^]*\n-six\n\+SIX\n/);
    const [revision] = revisionsOf(played, 'changed');
    assert.deepEqual(revision?.revised?.by, ['person']);
    const intended = played.of('effect.intended').find(({ effect }) => effect === revision?.effect);
    assert.equal(intended?.digest, revision?.digest, 'the permit is for these very bytes');
  });

  it('can be edited again by the model, which knows the file', () => {
    assert.equal(played.files['changed'], numbered.replace('line 6', 'Six'));
    assert.match(toldOf(played, 'changed', 1), /^Edited changed\./);
  });

  it('has to be read again where so much is different that the model is not told', () => {
    assert.equal(played.files['long'], six + many);
    assert.match(toldOf(played, 'long'), /read it again before/);
    assert.match(played.answers.at(-1) ?? '', /long .*has changed since it was read/);
  });

  it('is refused where they leave nothing of it, and nothing is written', () => {
    assert.equal(played.files['emptied'], numbered);
    assert.match(toldOf(played, 'emptied'), /person\.denied/);
  });

  it('may hold a secret that they write, which nobody else is told', () => {
    assert.match(played.files['secret'] ?? '', new RegExp(`key ${value}`));
    for (const place of ['journal', 'requests'] as const) assert.ok(!played[place].includes(value), place);
  });

  it('is asked about once, and counts as looked at', () => {
    assert.equal(played.result.asks, 5);
    assert.deepEqual(unreviewed(JSON.parse(played.outcome)[1]), { files: 0, lines: 0 });
  });
});

describe('an edit whose file changes while the person is asked', () => {
  const theirs = numbered.replace('line 6', 'theirs');
  const shown: string[] = [];
  let played: Played;

  /** Puts a text there before the first answer, or removes the file. */
  const meanwhile =
    (name: string, text: string | null, then: Person = async () => allow): Person =>
    async (question, at, asked) => {
      const path = join(at.workspace, name);
      if (asked === 1 && text === null) rmSync(path);
      else if (asked === 1 && text !== null) writeFileSync(path, text);
      return then(question, at, asked);
    };

  before(async () => {
    played = await playFiles({
      elsewhere: meanwhile('elsewhere', `${numbered}more\n`),
      both: meanwhile(
        'both',
        `first\n${numbered}`,
        amend(text => text.replace('line 11', 'eleven')),
      ),
      same: meanwhile('same', theirs, async ({ value: effect }) => {
        if (effect.kind === 'edit') shown.push(effect.patch);
        return allow;
      }),
      refused: meanwhile('refused', theirs, async (_question, _at, asked) =>
        asked === 1 ? allow : { verdict: 'deny', why: 'keep mine' },
      ),
      gone: meanwhile('gone', null),
      equal: meanwhile('equal', six),
    });
  });

  it('is made in the file as it is by then, and the model is told what else is there', () => {
    assert.equal(played.files['elsewhere'], `${six}more\n`);
    assert.match(toldOf(played, 'elsewhere'), /The file had changed[^]*\n\+more\n?/);
    assert.deepEqual(revisionsOf(played, 'elsewhere')[0]?.revised?.by, ['disk']);
  });

  it('keeps what the person changed in it as well', () => {
    assert.equal(played.files['both'], `first\n${six.replace('line 11', 'eleven')}`);
    assert.deepEqual(revisionsOf(played, 'both')[0]?.revised?.by, ['person', 'disk']);
  });

  it('is asked anew where both change the same place, with what would be replaced', () => {
    assert.equal(shown.length, 2);
    assert.match(shown[1] ?? '', /\n-theirs\n\+six\n/);
    assert.equal(played.files['same'], six);
    const reasons = played.of('effect.decided').flatMap(({ decision }) => decision.reasons.map(({ code }) => code));
    assert.ok(reasons.includes('edit.fileChanged'));
  });

  it('is not made where the second answer is no', () => {
    assert.equal(played.files['refused'], theirs);
    assert.match(toldOf(played, 'refused'), /keep mine/);
  });

  it('is asked anew where the file is gone', () => {
    assert.equal(revisionsOf(played, 'gone').length, 1);
    assert.equal(played.files['gone'], six);
  });

  it('is not made where somebody wrote the very same', () => {
    assert.equal(played.files['equal'], six);
    assert.match(toldOf(played, 'equal'), /would leave .*equal exactly as it is/);
  });

  it('is asked about no more often than that', () => assert.equal(played.result.asks, 9));
});
