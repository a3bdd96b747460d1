import { cutOffSentence } from '../planWords.ts';
import type { ShownPlan } from '../shownPlan.ts';
import { counted, pickLabel } from './safeText.ts';

/** What a restore was chosen to do. `only`: the change with this index and nothing else. */
export type PlanChoice =
  | { type: 'restore' | 'keep' | 'overwrite' | 'conversation' | 'all' | 'cancel' }
  | { type: 'only'; change: number };

/** One row of a plan in a list to pick from. A file can be looked at, a choice ends the question. */
export type PlanRow =
  | { type: 'heading'; label: string }
  | { type: 'choice'; choice: PlanChoice; icon: string; label: string; detail: string }
  | { type: 'change' | 'conflict'; index: number; label: string; description: string; detail?: string }
  | { type: 'note'; label: string; detail: string };

export interface PlanAsked {
  plan: ShownPlan;
  /** Whether the conversation is taken back too. */
  both: boolean;
  /** Files with changes that are in the editor alone, as the plan names them. */
  unsaved: readonly string[];
}

const marks = { added: 'new', removed: 'goes away', changed: '', mode: 'execute bit only' } as const;

/** The choices first, then all that they would change, and what they would not. */
export function planRows({ plan, both, unsaved }: PlanAsked): PlanRow[] {
  return [
    ...choices(plan, both),
    ...unsaved.map(
      (path): PlanRow => ({
        type: 'note',
        label: pickLabel(path),
        detail: 'It has changes in the editor that are not saved. Saving them later writes over what is restored.',
      }),
    ),
    ...plan.cutOff.map(
      (checkpoint): PlanRow => ({
        type: 'note',
        label: `Checkpoint ${checkpoint}`,
        detail: cutOffSentence(checkpoint),
      }),
    ),
    ...section(
      'Changed since, in the same place',
      plan.conflicts.map(
        ({ path, why, yours, theirs, overwritable }, index): PlanRow => ({
          type: 'conflict',
          index,
          label: pickLabel(path),
          description: overwritable ? '' : 'always stays as it is',
          detail: `${capital(why)}.${yours === theirs ? '' : ` There is ${yours}, the checkpoint has ${theirs}.`}`,
        }),
      ),
    ),
    ...section(
      'What changes',
      plan.changes.map(({ path, change, added, removed, merged }, index): PlanRow => {
        const lines = added === null || change === 'mode' ? '' : `+${added} −${removed ?? 0}`;
        const told = [marks[change], lines, merged ? 'keeps what was changed since' : ''].filter(Boolean).join(' · ');
        return { type: 'change', index, label: pickLabel(path), description: told };
      }),
    ),
    ...section('What stays as it is', [
      ...plan.notHeld.map(
        ({ path, why }): PlanRow => ({
          type: 'note',
          label: pickLabel(path),
          detail: `No checkpoint holds it: ${why}.`,
        }),
      ),
      ...plan.left.map(
        (path): PlanRow => ({
          type: 'note',
          label: pickLabel(path),
          detail: 'It lies where no checkpoint reaches.',
        }),
      ),
      ...plan.commits.map(
        (command): PlanRow => ({
          type: 'note',
          label: pickLabel(command),
          detail: 'What this did to git’s own history stays.',
        }),
      ),
    ]),
  ];
}

/** Whether there is anything to ask about. */
export function asksNothing({ plan, both }: Pick<PlanAsked, 'plan' | 'both'>): boolean {
  return !both && plan.changes.length === 0 && plan.conflicts.length === 0;
}

function choices(plan: ShownPlan, both: boolean): PlanRow[] {
  const { changes, conflicts } = plan;
  const and = both ? ' and the conversation' : '';
  const over = conflicts.filter(({ overwritable }) => overwritable).length;
  const lost = conflicts.filter(conflict => conflict.lost).length;
  const back =
    lost === 0
      ? 'This can be undone.'
      : `${counted(lost, 'file is held', 'files are held')} by no checkpoint and lost for good; the rest can be undone.`;
  const rows: PlanRow[] = [];
  const add = (choice: PlanChoice, icon: string, label: string, detail: string): void => {
    rows.push({ type: 'choice', choice, icon, label, detail });
  };
  if (changes.length === 0 && conflicts.length === 0)
    add({ type: 'conversation' }, 'check', 'Take the conversation back', 'All files stand there already.');
  else if (conflicts.length === 0)
    add({ type: 'restore' }, 'check', `Restore ${counted(changes.length, 'file')}${and}`, 'This can be undone.');
  else {
    if (changes.length > 0)
      add(
        { type: 'keep' },
        'shield',
        `Keep yours, restore the rest${and}`,
        `${counted(conflicts.length, 'file stays as it is', 'files stay as they are')}, ${counted(changes.length, 'file')} restored.`,
      );
    else if (both)
      add({ type: 'conversation' }, 'shield', 'Keep yours, and take the conversation back', 'No file is restored.');
    else add({ type: 'cancel' }, 'shield', 'Keep yours', 'Nothing is restored.');
    if (over > 0)
      add(
        { type: 'overwrite' },
        'warning',
        `Overwrite yours: restore ${counted(changes.length + over, 'file')}${and}`,
        `What you changed since in ${counted(over, 'file')} goes. ${back}`,
      );
  }
  if (changes.length + conflicts.length > 1)
    add(
      { type: 'all' },
      'diff-multiple',
      'Look at all of it',
      'Opens the changes side by side. Nothing is restored yet.',
    );
  return rows;
}

function section(label: string, rows: PlanRow[]): PlanRow[] {
  return rows.length === 0 ? [] : [{ type: 'heading', label }, ...rows];
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
