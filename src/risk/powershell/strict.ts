import { maxCommandLength } from '../shell/strict.ts';
import { type SyntaxNode, type SyntaxTree, textOf } from '../shell/tree.ts';

/**
 * The strict rule for PowerShell: text is fully understood only where every node is of a kind on this list, in the form
 * that is given for it, and the leaves cover the text. The grammar takes much for plain words that is none (`x>file`,
 * `2>file`, `begin{…}`), so that words are held to plain characters.
 */
const understood = new Set(
  (
    'program statement_list pipeline pipeline_chain command command_elements command_invokation_operator command_name_expr ' +
    'empty_statement comment string_literal variable sub_expression parenthesized_expression array_expression ' +
    'array_literal_expression unary_expression expression_with_unary_operator cast_expression integer_literal ' +
    'decimal_integer_literal real_literal logical_expression bitwise_expression comparison_expression additive_expression ' +
    'multiplicative_expression format_expression range_expression comparison_operator format_operator member_access ' +
    'element_access member_name simple_name invokation_expression argument_list argument_expression_list argument_expression ' +
    'logical_argument_expression bitwise_argument_expression comparison_argument_expression additive_argument_expression ' +
    'multiplicative_argument_expression format_argument_expression range_argument_expression type_literal type_spec ' +
    'type_name type_identifier script_block_expression script_block script_block_body foreach_command if_statement ' +
    'else_clause elseif_clause elseif_clauses statement_block foreach_statement while_statement while_condition ' +
    'pipeline_chain_tail redirection redirections redirected_file_name file_redirection_operator ' +
    'merging_redirection_operator hash_literal_expression hash_literal_body hash_entry key_expression assignment_expression ' +
    'left_assignment_expression assignement_operator flow_control_statement path_command_name try_statement catch_clauses ' +
    'catch_clause catch_type_list finally_clause'
  ).split(' '),
);

const conditional: Readonly<Record<string, RegExp>> = {
  command_name: /^[A-Za-z_?%][\w.\\/:?-]*$|^(\.{1,2}|~)?[\\/][\w.\\/-]+$/,
  command_parameter: /^--?[A-Za-z?][\w-]*$/,
  generic_token: /^,?[\w.\\/:~*?=+@%!^[\]#-]+(,[\w.\\/:~*?=+@%!^[\]#-]+)*$|^[1-6*]?>>?\$null$/,
  command_argument_sep: /^([ \t]*|:)$/,
  verbatim_string_characters: /^'([^']|'')*'$/,
  verbatim_here_string_characters: /^@'[ \t]*\n[\s\S]*\n'@$/,
  expandable_string_literal: /^"[\s\S]*"$/,
  expandable_here_string_literal: /^@"[ \t]*\n[\s\S]*\n"@$/,
  braced_variable: /^\$\{[\w:]+\}$/,
};

const strings = /^expandable_(here_)?string_literal$/;

/** Codes of all that keeps the text from being fully understood; empty where the rule holds. */
export function obscurities(tree: SyntaxTree): string[] {
  const found = new Set<string>();
  if (tree.text.length > maxCommandLength) found.add('shell.tooLong');
  if (/[^\x20-\x7e\n\t]/.test(tree.text)) found.add('shell.oddCharacter');
  if (misread(tree)) found.add('shell.unparsable');
  const { root, text } = tree;
  if (text.slice(0, root.start).trim() !== '' || text.slice(root.end).trim() !== '') found.add('shell.textLost');
  check(tree, root, found);
  return [...found];
}

/** Whether the grammar failed somewhere. A bare list, `a,b`, it reads with a separator that is not there. */
export function misread({ root, hasError }: SyntaxTree): boolean {
  if (!hasError) return false;
  const fails = (node: SyntaxNode): boolean =>
    node.type === 'ERROR' ||
    (node.start === node.end && node.type !== 'command_argument_sep') ||
    (node.type !== 'command_argument_sep' && node.children.some(fails));
  return fails(root);
}

function check(tree: SyntaxTree, node: SyntaxNode, found: Set<string>): void {
  const form = conditional[node.type];
  const text = textOf(tree, node);
  if (node.named && node.type !== 'ERROR' && !understood.has(node.type) && !(form?.test(text) ?? false))
    found.add('powershell.construct');
  if (text.includes('`')) {
    // Only in strings is it certain what a backtick does.
    if (/^(command_\w+|generic_token)$/.test(node.type) && node.children.length === 0) found.add('powershell.escaped');
    if (node.type === 'command_argument_sep') found.add('shell.lineContinuation');
  }
  const quoted = strings.test(node.type);
  let at = node.start;
  for (const child of node.children) {
    gap(tree.text.slice(at, child.start), node, quoted, found);
    check(tree, child, found);
    at = Math.max(at, child.end);
  }
  if (node.children.length > 0 || quoted) gap(tree.text.slice(at, node.end), node, quoted, found);
}

const oneLine = /^(command|command_elements|command_argument_sep|foreach_command|redirection)$/;

function gap(text: string, parent: SyntaxNode, quoted: boolean, found: Set<string>): void {
  if (quoted) {
    const plain = text.replaceAll(/`[\s\S]/g, '');
    if (/`|\$[\w({:$?^]/.test(plain)) found.add('shell.misread');
  } else if (text.trim() !== '') found.add('shell.textLost');
  else if (text.includes('\n') && oneLine.test(parent.type)) found.add('shell.misread');
}
