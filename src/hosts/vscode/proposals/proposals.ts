import { randomBytes } from 'node:crypto';
import { basename, dirname, isAbsolute, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import type { RunCommand } from '../../../agent/run.ts';
import type { Home } from '../../../journal/home.ts';
import type { Tier } from '../../../protocol/assessment.ts';
import type { Answer } from '../../../protocol/command.ts';
import type { EditEffect } from '../../../protocol/effect.ts';
import type { Told } from '../../../protocol/panel.ts';
import type { KeptDocuments } from '../keptDocuments.ts';
import type { HeldRun, Runs } from '../runs.ts';
import { counted, oneLine } from '../safeText.ts';
import { createProposalFiles, proposalScheme } from './files.ts';
import { openDiff, type ShownDiff } from './openDiff.ts';
import { createProposal, type Disk, type Proposal } from './proposal.ts';

/** The proposed edits that wait for the person, each as a native diff whose right side they can change. */
export interface Proposals extends vscode.Disposable {
  /** To be told whatever is told of a run: a question about an edit opens its diff in the background, its end closes it. */
  told(held: HeldRun, items: readonly Told[]): void;
  /** Shows the diff of an open question, also after its tab was closed; false where there is none. */
  show(question: string): Promise<boolean>;
  /** The proposal with this document on its right side; without one that of the active tab. null: none. */
  find(uri: vscode.Uri | undefined): Proposal | null;
  /** All that wait, the riskiest first. */
  pending(): readonly Pending[];
  /** Which of them wait, or what is on their right sides, has changed. */
  onDidChange: vscode.Event<void>;
  /** Opens all that wait in one editor. */
  showAll(): Promise<void>;
  /** An answer as it is meant: what the person changed on the right side belongs to their yes, wherever they say it. */
  meant<C extends RunCommand>(command: C): Promise<C>;
  /** Answers the question with what is on the right side, unless the person thinks better of it; false where it was decided before. */
  answer(proposal: Proposal, verdict: 'allow' | 'deny'): Promise<boolean>;
}

export interface Pending {
  proposal: Proposal;
  tier: Tier | null;
}

export interface ProposalsDeps {
  runs: Runs;
  documents: KeptDocuments;
  home(): Promise<Home>;
  onFault(doing: string, error: unknown): void;
  /** What the person means by what they clicked; null: they think about it. */
  meant(held: HeldRun, command: RunCommand): Promise<RunCommand | null>;
}

const allTitle = 'Gatehouse: proposed edits';
const tiers: readonly Tier[] = ['critical', 'high', 'medium', 'low'];

export function createProposals(deps: ProposalsDeps): Proposals {
  const open = new Map<string, { proposal: Proposal; tier: Tier | null; watcher: vscode.Disposable }>();
  /** Questions that are being opened, so that one which is closed meanwhile is not shown after all. */
  const opening = new Set<string>();
  const changes = new vscode.EventEmitter<void>();
  /** Questions that the editor of all of them was opened for. */
  let overview = new Set<string>();
  const files = createProposalFiles((uri, text) => find(uri)?.saved(text));
  const changed = vscode.workspace.onDidChangeTextDocument(({ document }) => {
    if (document.uri.scheme === proposalScheme && find(document.uri) !== null) changes.fire();
  });
  const isOver = (uri: vscode.Uri): boolean => uri.scheme === proposalScheme && find(uri) === null;
  // The editor shows again what it could not save in time.
  const tabs = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
    const over = opened.map(({ input }) => rightOf(input)).filter(uri => uri !== null && isOver(uri));
    for (const uri of over)
      if (uri !== null) guard('The diff of a decided edit', () => saved(uri).then(() => closeTabs(isOver)));
  });
  // Of a window before this one: nobody can answer those any more.
  void closeTabs(uri => uri.scheme === proposalScheme);

  const guard = (doing: string, work: () => Promise<unknown>): void => {
    work().catch((error: unknown) => deps.onFault(doing, error));
  };

  async function begin(held: HeldRun, question: string, nonce: string, effect: string): Promise<void> {
    const events = held.events();
    const proposed = events.findLast(event => event.kind === 'effect.proposed' && event.effect === effect);
    if (proposed?.kind !== 'effect.proposed' || proposed.value.kind !== 'edit') return;
    const assessed = events.findLast(event => event.kind === 'effect.assessed' && event.effect === effect);
    const started = events.find(event => event.kind === 'run.started');
    opening.add(question);
    try {
      const proposal = await make(held, { question, nonce, value: proposed.value, root: started?.workspace ?? '' });
      if (!opening.has(question)) return;
      const tier = assessed?.kind === 'effect.assessed' ? assessed.assessment.tier : null;
      open.set(question, { proposal, tier, watcher: watch(proposal) });
      changes.fire();
      await openDiff(shownOf(proposal), { background: true });
    } finally {
      opening.delete(question);
    }
  }

  async function make(
    held: HeldRun,
    { question, nonce, value, root }: { question: string; nonce: string; value: EditEffect; root: string },
  ): Promise<Proposal> {
    const { createBlobs } = await import('../../../journal/blobs.ts');
    const blobs = createBlobs(await deps.home());
    const decode = (bytes: Uint8Array): string => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const text = decode(await blobs.get(value.next));
    let base: Disk | null = null;
    if (value.base !== null) {
      const bytes = await blobs.get(value.base);
      base = { bytes, text: decode(bytes) };
    }
    const way = relative(root, value.path);
    const inside = way !== '' && way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
    const name = inside ? way.split(sep).join('/') : value.path;
    // Nobody else can name it, so that a command which names it comes from our own buttons.
    const authority = randomBytes(16).toString('hex');
    const right = vscode.Uri.from({ scheme: proposalScheme, authority, path: `/${name.replace(/^\/+/, '')}` });
    const left = value.base === null ? deps.documents.add('nothing', name, '') : vscode.Uri.file(value.path);
    files.put(right, text);
    const about = { run: held.id, question, nonce, value, name, right, left };
    const waits = (): boolean => held.feed.questions().includes(question);
    return createProposal(about, { base, text }, { waits, store: now => files.put(right, now) });
  }

  /** What is written there meanwhile becomes part of the diff. */
  function watch(proposal: Proposal): vscode.Disposable {
    const { path } = proposal.value;
    const pattern = new vscode.RelativePattern(
      vscode.Uri.file(dirname(path)),
      basename(path).replaceAll(/[[\]{}*?]/g, '?'),
    );
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const look = (): void =>
      guard('A file of a proposed edit', async () => {
        const found = await proposal.catchUp();
        if (found === 'conflict')
          void vscode.window.showWarningMessage(
            'The file of a proposed edit was changed in the same place. Accepting the edit would replace what stands there now, as the diff shows.',
          );
        if (found !== 'same') changes.fire();
      });
    watcher.onDidChange(look);
    watcher.onDidCreate(look);
    watcher.onDidDelete(look);
    return watcher;
  }

  function end(question: string): void {
    opening.delete(question);
    const found = open.get(question);
    if (found === undefined) return;
    open.delete(question);
    found.watcher.dispose();
    changes.fire();
    const { right } = found.proposal;
    guard('The diff of a proposed edit', async () => {
      await saved(right);
      await closeTabs(uri => uri.toString() === right.toString());
      if (overview.delete(question) && overview.size === 0) await closeOverview();
    });
  }

  function find(uri: vscode.Uri | undefined): Proposal | null {
    const wanted = uri ?? rightOf(vscode.window.tabGroups.activeTabGroup.activeTab?.input);
    const all = [...open.values()].map(({ proposal }) => proposal);
    return all.find(({ right }) => right.toString() === wanted?.toString()) ?? null;
  }

  const pending = (): Pending[] =>
    [...open.values()]
      .toSorted((a, b) => rankOf(a.tier) - rankOf(b.tier))
      .map(({ proposal, tier }) => ({ proposal, tier }));

  return {
    told(held, items) {
      for (const item of items) {
        if (item.type !== 'live') continue;
        const { live } = item;
        if (live.type === 'questionClosed') end(live.question);
        else if (live.type === 'question')
          guard('A proposed edit', () => begin(held, live.question, live.nonce, live.effect));
      }
    },
    async show(question) {
      const found = open.get(question);
      if (found === undefined) return false;
      await openDiff(shownOf(found.proposal), { background: false });
      return true;
    },
    find,
    pending,
    onDidChange: changes.event,
    async showAll() {
      // Both sides have the same path, so that none looks like a file that was renamed.
      const rows = pending().map(({ proposal }) => {
        const base = proposal.base();
        const left = base === null ? undefined : deps.documents.add('on disk', proposal.name, base.text);
        return [vscode.Uri.file(proposal.value.path), left, proposal.right];
      });
      overview = new Set(open.keys());
      await vscode.commands.executeCommand('vscode.changes', allTitle, rows);
    },
    async meant(command) {
      if (command.type !== 'answer' || command.answer.verdict !== 'allow') return command;
      const found = open.get(command.question);
      if (found === undefined) return command;
      return { ...command, answer: { ...command.answer, ...(await allowing(found.proposal, deps)) } };
    },
    async answer(proposal, verdict) {
      const held = deps.runs.get(proposal.run);
      const answer = verdict === 'deny' ? ({ verdict } as const) : await allowing(proposal, deps);
      const { question, nonce } = proposal;
      const clicked = { type: 'answer', question, nonce, answer } as const;
      const command = held === null ? clicked : await deps.meant(held, clicked);
      if (command === null) return true;
      const taken = held?.send(command) === 'taken';
      if (taken) end(question);
      return taken;
    },
    dispose() {
      for (const { watcher } of open.values()) watcher.dispose();
      changed.dispose();
      tabs.dispose();
      changes.dispose();
      files.dispose();
    },
  };
}

/** The answer that lets pass just what is on the right side. */
async function allowing(proposal: Proposal, deps: ProposalsDeps): Promise<Answer> {
  if (proposal.untouched()) return { verdict: 'allow' };
  const { createBlobs } = await import('../../../journal/blobs.ts');
  const blobs = createBlobs(await deps.home());
  const base = proposal.base();
  const next = await blobs.put(new TextEncoder().encode(proposal.text()));
  return { verdict: 'allow', amended: { base: base === null ? null : await blobs.put(base.bytes), next } };
}

function shownOf({ left, right, name, value: { hunks = 0, blank = 0 } }: Proposal): ShownDiff {
  const blanks = blank === 0 ? '' : `, ${blank} in white space alone`;
  const title = oneLine(`${basename(name)}: proposed edit (${counted(hunks, 'change')}${blanks})`);
  return { left, right, title };
}

/** So that closing asks nothing. */
async function saved(right: vscode.Uri): Promise<void> {
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === right.toString());
  if (document?.isDirty === true) await document.save();
}

async function closeTabs(of: (right: vscode.Uri) => boolean): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  const ours = tabs.filter(({ input }) => {
    const right = rightOf(input);
    return right !== null && of(right);
  });
  if (ours.length > 0) await vscode.window.tabGroups.close(ours, true);
}

/** What the editor tells of a tab of many diffs is proposed API, so it is known by the title that we gave it. */
async function closeOverview(): Promise<void> {
  const tabs = vscode.window.tabGroups.all.flatMap(group => group.tabs);
  const ours = tabs.filter(({ input, label }) => rightOf(input) === null && label.startsWith(allTitle));
  if (ours.length > 0) await vscode.window.tabGroups.close(ours, true);
}

function rightOf(input: unknown): vscode.Uri | null {
  if (input instanceof vscode.TabInputTextDiff) return input.modified;
  return input instanceof vscode.TabInputText ? input.uri : null;
}

function rankOf(tier: Tier | null): number {
  return tier === null ? tiers.length : tiers.indexOf(tier);
}
