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
  /** Whether the grammar met something that it does not know. */
  hasError: boolean;
}

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
    const tree = parser.parse(text);
    if (tree === null)
      return {
        text,
        hasError: true,
        root: { type: 'ERROR', named: true, start: 0, end: text.length, field: null, children: [] },
      };
    const cursor = tree.walk();
    const parsed = { text, root: copy(cursor), hasError: tree.rootNode.hasError };
    cursor.delete();
    tree.delete();
    return parsed;
  };
}

function copy(cursor: TreeSitter.TreeCursor): SyntaxNode {
  const node: SyntaxNode = {
    type: cursor.nodeType,
    named: cursor.nodeIsNamed,
    start: cursor.startIndex,
    end: cursor.endIndex,
    field: cursor.currentFieldName,
    children: [],
  };
  if (cursor.gotoFirstChild()) {
    do node.children.push(copy(cursor));
    while (cursor.gotoNextSibling());
    cursor.gotoParent();
  }
  return node;
}

export function textOf(tree: SyntaxTree, node: SyntaxNode): string {
  return tree.text.slice(node.start, node.end);
}
