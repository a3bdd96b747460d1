import { createHash } from 'node:crypto';
import * as vscode from 'vscode';
import type { EditEffect } from '../../../protocol/effect.ts';
import { type Change, changesBetween, rebased } from '../../../tools/changes.ts';
import { applyText } from '../applyText.ts';
import { carried, keyOf, plain } from './text.ts';

/** What stands on disk; null: nothing. */
export interface Disk {
  text: string;
  bytes: Uint8Array;
}

export interface ProposalAbout {
  run: string;
  question: string;
  nonce: string;
  value: EditEffect;
  /** The path as it is shown. */
  name: string;
  right: vscode.Uri;
  left: vscode.Uri;
}

/** A proposed edit while it is looked at: what stands on disk on the left, and what the person makes of it on the right. */
export interface Proposal extends ProposalAbout {
  /** What is on the right now, to the byte. */
  text(): string;
  base(): Disk | null;
  /** Whether the right side is what was proposed, on the file that it was proposed for. */
  untouched(): boolean;
  /** Places that differ and that the person has not said to keep. */
  undecided(): Change[];
  keep(change: Change): void;
  kept(): Change[];
  /** Puts a text on the right, as an edit that the editor can undo. */
  put(text: string): Promise<void>;
  /** The editor has saved the right side. */
  saved(text: string): void;
  /**
   * Looks at the disk again. `rebased`: the right side is made on what stands there now. `conflict`: both changed the same
   * place, so the right side stays and would replace what is there.
   */
  catchUp(): Promise<'same' | 'rebased' | 'conflict'>;
}

export interface ProposalDeps {
  /** Whether the question still waits; what comes to the disk afterwards is the edit itself. */
  waits(): boolean;
  /** Keeps the right side's content for when it is not open. */
  store(text: string): void;
}

export function createProposal(
  about: ProposalAbout,
  proposed: { base: Disk | null; text: string },
  deps: ProposalDeps,
): Proposal {
  let base = proposed.base;
  let exact = proposed.text;
  let shown = plain(exact);
  const kept = new Set<string>();

  const document = (): vscode.TextDocument | undefined =>
    vscode.workspace.textDocuments.find(each => each.uri.toString() === about.right.toString() && !each.isClosed);

  /** Takes over what the editor shows. */
  function text(): string {
    const open = document();
    if (open !== undefined) saved(open.getText());
    return exact;
  }

  function saved(now: string): void {
    exact = carried(exact, shown, plain(now));
    shown = plain(now);
  }

  async function put(next: string): Promise<void> {
    const open = document();
    exact = next;
    shown = plain(next);
    deps.store(exact);
    if (open === undefined || plain(open.getText()) === shown) return;
    await applyText(open, next);
  }

  const changes = (): Change[] => changesBetween(base?.text ?? '', text());

  return {
    ...about,
    text,
    base: () => base,
    untouched: () => text() === proposed.text && sha256(base?.bytes) === (about.value.base?.sha256 ?? null),
    undecided: () => changes().filter(change => !kept.has(keyOf(change))),
    kept: () => changes().filter(change => kept.has(keyOf(change))),
    keep: change => void kept.add(keyOf(change)),
    put,
    saved,
    async catchUp() {
      const now = await readDisk(about.value.path);
      if (!deps.waits() || sha256(now?.bytes) === sha256(base?.bytes)) return 'same';
      const next = base === null || now === null ? null : rebased(base.text, text(), now.text);
      base = now;
      if (next === null) return 'conflict';
      await put(next);
      return 'rebased';
    },
  };
}

/** null where there is no file. */
export async function readDisk(path: string): Promise<Disk | null> {
  try {
    const bytes = await vscode.workspace.fs.readFile(vscode.Uri.file(path));
    return { bytes, text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === 'FileNotFound') return null;
    throw error;
  }
}

function sha256(bytes: Uint8Array | undefined): string | null {
  return bytes === undefined ? null : createHash('sha256').update(bytes).digest('hex');
}
