import * as vscode from 'vscode';
import { type CheckpointNode, childrenOf, topNodes, wordsOf } from './checkpointNodes.ts';
import { checkpointsViewId } from './names.ts';
import type { Past, PastRun } from './past.ts';

export interface CheckpointTree extends vscode.Disposable {
  /** Looks again, a moment later: what comes meanwhile is one look. */
  refresh(): void;
  /** The node that this very object is; null for any other. */
  nodeOf(argument: unknown): CheckpointNode | null;
}

/** A look costs reading a journal that grew; a run at work tells often. */
const settleMs = 300;
const mib = 1024 * 1024;

/** The view of runs and their checkpoints. `sizeOf` tells how many bytes are held for them. */
export function createCheckpointTree(
  past: Past,
  sizeOf: (runs: readonly PastRun[]) => Promise<number>,
): CheckpointTree {
  const changed = new vscode.EventEmitter<void>();
  const ours = new WeakMap<object, CheckpointNode>();
  let timer: NodeJS.Timeout | null = null;

  function known(nodes: CheckpointNode[]): CheckpointNode[] {
    for (const node of nodes) ours.set(node, node);
    return nodes;
  }

  async function top(): Promise<CheckpointNode[]> {
    const runs = await past.list();
    void measure(runs);
    return known(topNodes(runs));
  }

  async function measure(runs: readonly PastRun[]): Promise<void> {
    const bytes = await sizeOf(runs).catch(() => 0);
    view.description = bytes === 0 ? '' : sizeWords(bytes);
  }

  const view = vscode.window.createTreeView<CheckpointNode>(checkpointsViewId, {
    showCollapseAll: true,
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: node => (node === undefined ? top() : known(childrenOf(node))),
      getTreeItem: node => itemOf(node),
    },
  });

  return {
    nodeOf: argument => (typeof argument === 'object' && argument !== null ? (ours.get(argument) ?? null) : null),
    refresh() {
      timer ??= setTimeout(() => {
        timer = null;
        changed.fire();
      }, settleMs);
    },
    dispose() {
      if (timer !== null) clearTimeout(timer);
      view.dispose();
      changed.dispose();
    },
  };
}

function itemOf(node: CheckpointNode): vscode.TreeItem {
  const words = wordsOf(node, Date.now());
  const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
  const state = node.type === 'checkpoint' ? None : node.type === 'folder' ? Expanded : Collapsed;
  const item = new vscode.TreeItem(words.label, state);
  item.id = words.id;
  item.description = words.description;
  item.tooltip = words.tooltip;
  item.iconPath = new vscode.ThemeIcon(
    words.icon,
    words.color === null ? undefined : new vscode.ThemeColor(words.color),
  );
  item.contextValue = words.context;
  item.accessibilityInformation = { label: words.spoken };
  return item;
}

function sizeWords(bytes: number): string {
  return bytes < mib ? `${Math.ceil(bytes / 1024)} KB held` : `${(bytes / mib).toFixed(1)} MB held`;
}
