import * as vscode from 'vscode';
import { blankChanges, changesBetween, linesOf } from '../../../tools/changes.ts';
import { counted, oneLine, pickLabel } from '../safeText.ts';
import { proposalScheme } from './files.ts';
import type { Proposal } from './proposal.ts';
import type { Pending, Proposals } from './proposals.ts';
import { changeAt, visibleBlanks, without, withoutAll } from './text.ts';

export type ProposalCommandId =
  | 'gatehouse.acceptEdit'
  | 'gatehouse.rejectEdit'
  | 'gatehouse.keepHunk'
  | 'gatehouse.dropHunk'
  | 'gatehouse.reviewEdits';

/** As many places are listed in a dialog; more have to be looked at in the diff. */
const mostListed = 12;

/**
 * The buttons and keys of a proposed edit. A button names the document that it stands on, which nobody else can; whoever
 * calls a command without it, as a key does, only opens a dialog that the person answers.
 */
export function createProposalCommands(proposals: Proposals): {
  [C in ProposalCommandId]: (argument?: unknown) => Promise<void>;
} & {
  marks: vscode.Disposable;
  mark: () => void;
} {
  const keptMark = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    overviewRulerColor: new vscode.ThemeColor('gitDecoration.addedResourceForeground'),
    after: { contentText: '  ✓ kept', color: new vscode.ThemeColor('descriptionForeground') },
  });

  /** The proposal that is meant, and whether one of our own buttons says so. */
  function meant(argument: unknown): { proposal: Proposal; named: boolean } | null {
    const named = argument instanceof vscode.Uri && argument.scheme === proposalScheme ? argument : undefined;
    const proposal = proposals.find(named);
    if (proposal === null) void vscode.window.showInformationMessage('No proposed edit is open here.');
    return proposal === null ? null : { proposal, named: named !== undefined };
  }

  async function accept(proposal: Proposal, named: boolean): Promise<void> {
    if (!(await savedFirst(proposal))) return;
    if ((await proposal.catchUp()) === 'conflict')
      return tell('The file has just been changed in the same place. Look at the diff again before you accept.');
    if (!(await blanksSeen(proposal))) return;
    const changes = changesBetween(proposal.base()?.text ?? '', proposal.text()).length;
    if (!named && !(await confirmed(proposal, changes))) return;
    if (!(await proposals.answer(proposal, changes === 0 ? 'deny' : 'allow'))) tell('That was decided before.');
  }

  /** Once nothing is left to decide, the edit is what was kept of it. */
  async function settled(proposal: Proposal, named: boolean): Promise<void> {
    mark();
    if (proposal.undecided().length === 0) return accept(proposal, named);
    const next = proposal.undecided()[0];
    const editor = editorOf(proposal);
    if (next === undefined || editor === undefined) return;
    const at = new vscode.Position(next.at, 0);
    editor.selection = new vscode.Selection(at, at);
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  async function atCursor(
    argument: unknown,
    act: (proposal: Proposal, line: number) => Promise<boolean>,
  ): Promise<void> {
    const found = meant(argument);
    if (found === null) return;
    const { proposal, named } = found;
    const editor = editorOf(proposal);
    if (editor === undefined || !(await act(proposal, editor.selection.active.line)))
      return tell('There is no change at the cursor. Put it on a changed line of the right side.');
    await settled(proposal, named);
  }

  /** Shows on the right sides which changes are kept. */
  function mark(): void {
    for (const { proposal } of proposals.pending()) {
      const ranges = proposal
        .kept()
        .map(
          ({ at, lines }) =>
            new vscode.Range(at + Math.max(0, lines.length - 1), 0, at + Math.max(0, lines.length - 1), 0),
        );
      editorOf(proposal)?.setDecorations(keptMark, ranges);
    }
  }

  return {
    marks: keptMark,
    mark,
    async 'gatehouse.acceptEdit'(argument) {
      const found = meant(argument);
      if (found !== null) await accept(found.proposal, found.named);
    },
    async 'gatehouse.rejectEdit'(argument) {
      const found = meant(argument);
      if (found !== null && !(await proposals.answer(found.proposal, 'deny'))) tell('That was decided before.');
    },
    'gatehouse.keepHunk': argument =>
      atCursor(argument, async (proposal, line) => {
        const change = changeAt(proposal.base()?.text ?? '', proposal.text(), line);
        if (change === null) return false;
        proposal.keep(change);
        return true;
      }),
    'gatehouse.dropHunk': argument =>
      atCursor(argument, async (proposal, line) => {
        const base = proposal.base()?.text ?? '';
        const change = changeAt(base, proposal.text(), line);
        if (change === null) return false;
        await proposal.put(without(base, proposal.text(), change));
        return true;
      }),
    async 'gatehouse.reviewEdits'() {
      const pending = proposals.pending();
      const [only] = pending;
      if (only === undefined) return tell('No edit waits for your answer.');
      if (pending.length === 1) return void (await proposals.show(only.proposal.question));
      pickFrom(proposals, accept);
    },
  };
}

const acceptButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('check'), tooltip: 'Accept' };
const rejectButton: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('close'), tooltip: 'Reject' };

type Row = vscode.QuickPickItem & { pending: Pending | null };

/** The list of all that wait, the riskiest first: each can be looked at, accepted or rejected from here. */
function pickFrom(proposals: Proposals, accept: (proposal: Proposal, named: boolean) => Promise<void>): void {
  const pick = vscode.window.createQuickPick<Row>();
  const fill = (): void => {
    const rows = proposals.pending().map(rowOf);
    if (rows.length === 0) return pick.hide();
    pick.title = `${counted(rows.length, 'edit waits', 'edits wait')} for your answer, the riskiest first`;
    pick.items = [{ label: '$(diff-multiple) All in one editor', pending: null }, ...rows];
  };
  pick.placeholder = 'Look at an edit, or accept or reject it with its buttons';
  fill();
  const changed = proposals.onDidChange(fill);
  pick.onDidTriggerItemButton(async ({ item, button }) => {
    if (item.pending === null) return;
    if (button === acceptButton) await accept(item.pending.proposal, true);
    else if (!(await proposals.answer(item.pending.proposal, 'deny'))) tell('That was decided before.');
  });
  pick.onDidAccept(async () => {
    const chosen = pick.selectedItems[0];
    pick.hide();
    if (chosen === undefined) return;
    if (chosen.pending === null) await proposals.showAll();
    else await proposals.show(chosen.pending.proposal.question);
  });
  pick.onDidHide(() => {
    changed.dispose();
    pick.dispose();
  });
  pick.show();
}

function rowOf(pending: Pending): Row {
  const { proposal, tier } = pending;
  const { added, removed } = proposal.value;
  const description = `+${added} −${removed}${tier === null ? '' : `, risk ${tier}`}`;
  return { label: pickLabel(proposal.name), description, buttons: [acceptButton, rejectButton], pending };
}

function tell(sentence: string): void {
  void vscode.window.showInformationMessage(sentence);
}

function editorOf(proposal: Proposal): vscode.TextEditor | undefined {
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === proposal.right.toString());
}

/** What the person has not saved on the left would be neither kept nor taken into account. */
async function savedFirst({ left }: Proposal): Promise<boolean> {
  const document = vscode.workspace.textDocuments.find(
    ({ uri, isDirty }) => isDirty && uri.toString() === left.toString(),
  );
  if (document === undefined) return true;
  const save = 'Save and Go On';
  const answer = await vscode.window.showWarningMessage(
    'The file has changes of yours that are not saved. The edit is made on what is on disk.',
    { modal: true },
    save,
  );
  return answer === save && (await document.save());
}

async function confirmed({ name }: Proposal, changes: number): Promise<boolean> {
  const accept = 'Accept';
  const detail =
    changes === 0
      ? 'Nothing of it is left, so it is rejected.'
      : `${counted(changes, 'change')}, as on the right side of the diff.`;
  return (
    (await vscode.window.showWarningMessage(
      `Accept this edit of ${oneLine(name)}?`,
      { modal: true, detail },
      accept,
    )) === accept
  );
}

/** Whether the changes in white space alone were shown. The editor leaves them out unless it is told otherwise. */
async function blanksSeen(proposal: Proposal): Promise<boolean> {
  const base = proposal.base()?.text ?? '';
  const blanks = blankChanges(base, proposal.text());
  const hidden = vscode.workspace.getConfiguration('diffEditor', proposal.right).get('ignoreTrimWhitespace') !== false;
  if (blanks.length === 0 || !hidden) return true;
  const old = linesOf(base);
  const rows = blanks.flatMap(({ from, lines, at }) =>
    lines.map(
      (line, index) => `line ${at + index + 1}: ${shortened(old[from + index] ?? '')} becomes ${shortened(line)}`,
    ),
  );
  const [show, take, drop] = ['Show Them in the Diff', 'Accept Them Too', 'Drop Them'];
  const all = rows.length <= mostListed;
  const left = all ? '' : `\n… and ${rows.length - mostListed} more lines`;
  const choice = await vscode.window.showWarningMessage(
    `${counted(blanks.length, 'change')} in white space alone ${blanks.length === 1 ? 'is' : 'are'} not shown in the diff`,
    { modal: true, detail: rows.slice(0, mostListed).join('\n') + left },
    ...(all ? [take, drop, show] : [show, drop]),
  );
  if (choice === drop) await proposal.put(withoutAll(base, proposal.text(), blanks));
  if (choice === show) await vscode.commands.executeCommand('toggle.diff.ignoreTrimWhitespace');
  return choice === drop || (choice === take && all);
}

function shortened(line: string): string {
  const shown = visibleBlanks(line);
  return shown.length > 60 ? `${shown.slice(0, 40)}…${shown.slice(-18)}` : shown;
}
