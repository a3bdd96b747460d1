import type TreeSitter from '@vscode/tree-sitter-wasm';

/** A node of a syntax tree as plain data: byte-free, so that it outlives the parser's memory. Offsets are UTF-16 units. */
export interface SyntaxNode {
  type: string;
  /** Whether the grammar names it; punctuation and keywords are not named. */
  named: boolean;
  start: number;
  end: number;
  /** The field of the parent that holds it, such as `body` or `name`. */
  field: string | null;
  children: SyntaxNode[];
}

export interface SyntaxTree {
  text: string;
  root: SyntaxNode;
  /** Whether the grammar met something that it does not know, or the tree is not whole. */
  hasError: boolean;
  /** How many nodes stand within each other. */
  depth: number;
}

/** The tree of a text that was not parsed. */
export function unparsed(text: string): SyntaxTree {
  const root = { type: 'ERROR', named: true, start: 0, end: text.length, field: null, children: [] };
  return { text, root, hasError: true, depth: 0 };
}

/** The parser takes quadratic time for some texts; nobody's own command takes a hundredth of this. */
const deadlineMs = 500;
/** Nodes within nodes: what is deeper is left out. */
const maxDepth = 6_000;

/** Text in one language → its tree. Never throws; a text that cannot be parsed has an error node. */
export type Parse = (text: string) => SyntaxTree;

/** Loads a grammar. `runtime` and `grammar` are the wasm files of `@vscode/tree-sitter-wasm`, which VS Code itself uses. */
export async function loadGrammar(runtime: Uint8Array, grammar: Uint8Array): Promise<Parse> {
  // Loaded when it is first needed: most of a short run's start would go into it.
  const { default: TreeSitter } = await import('@vscode/tree-sitter-wasm');
  // The loader takes the bytes, though its types only know of a place to find them.
  const options = { locateFile: (file: string) => file, wasmBinary: runtime };
  await TreeSitter.Parser.init(options);
  const parser = new TreeSitter.Parser();
  parser.setLanguage(await TreeSitter.Language.load(grammar));
  return text => {
    const end = performance.now() + deadlineMs;
    const tree = parser.parse(text, null, { progressCallback: () => performance.now() > end });
    if (tree === null) {
      // It would go on with this text where the next one is given.
      parser.reset();
      return unparsed(text);
    }
    const cursor = tree.walk();
    const reached = { depth: 0 };
    const root = copy(cursor, 0, reached);
    const { depth } = reached;
    const parsed = { text, root, hasError: depth >= maxDepth || tree.rootNode.hasError, depth };
    cursor.delete();
    tree.delete();
    return parsed;
  };
}

/** The same tree without what lies deeper, for readers that go down by calling themselves. */
export function shallow(tree: SyntaxTree, depth: number): SyntaxTree {
  return tree.depth <= depth ? tree : { ...tree, root: cut(tree.root, depth), hasError: true, depth };
}

function cut(node: SyntaxNode, depth: number): SyntaxNode {
  return { ...node, children: depth === 0 ? [] : node.children.map(child => cut(child, depth - 1)) };
}

function copy(cursor: TreeSitter.TreeCursor, depth: number, reached: { depth: number }): SyntaxNode {
  const node: SyntaxNode = {
    type: cursor.nodeType,
    named: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    field: cursor.currentFieldName,
    children: [],
  };
  if (depth > reached.depth) reached.depth = depth;
  if (depth < maxDepth && cursor.gotoFirstChild()) {
    do node.children.push(copy(cursor, depth + 1, reached));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

export function textOf(tree: SyntaxTree, node: SyntaxNode): string {
  return tree.text.slice(node.start, node.end);
}
