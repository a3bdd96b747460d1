import type { Outcome } from '../effects/outcome.ts';
import type { ToolSpec } from '../ports/model.ts';
import type { Effect } from '../protocol/effect.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { bashTool } from './bash.ts';
import { diagnosticsTool } from './diagnostics.ts';
import { editTool } from './edit.ts';
import { globTool } from './glob.ts';
import { grepTool } from './grep.ts';
import { readTool } from './read.ts';
import { restoreTool } from './restore.ts';
import { describeProblems, inputSchema } from './schema.ts';
import { askUser, completeStep, submitPlan } from './talk.ts';
import type { Tool, ToolContext } from './tool.ts';
import { webFetchTool } from './webFetch.ts';
import { writeTool } from './write.ts';

/** In the order in which the model is told of them. */
export const toolNames = [
  'Read',
  'Glob',
  'Grep',
  'Edit',
  'Write',
  'Bash',
  'WebFetch',
  'Diagnostics',
  'Restore',
] as const;
export type ToolName = (typeof toolNames)[number];

/** A call that became an effect. `present` turns the effect's outcome into text for the model, not yet masked. */
export interface PreparedCall {
  effect: Effect;
  present: (outcome: Outcome) => string;
}

interface TableEntry {
  spec: ToolSpec;
  prepare(raw: unknown, context: ToolContext): Promise<PreparedCall>;
  present(raw: unknown, outcome: Outcome): string | null;
}

const table: { [N in ToolName]: TableEntry } = {
  Read: entry(readTool),
  Glob: entry(globTool),
  Grep: entry(grepTool),
  Edit: entry(editTool),
  Write: entry(writeTool),
  Bash: entry(bashTool),
  WebFetch: entry(webFetchTool),
  Diagnostics: entry(diagnosticsTool),
  Restore: entry(restoreTool),
};

/** What the executor's model is told, the same bytes in every run. */
export const executorTools: readonly ToolSpec[] = [
  ...toolNames.map(name => table[name].spec),
  completeStep.spec,
  askUser.spec,
];

/** The planner only reads. */
export const plannerTools: readonly ToolSpec[] = [
  ...(['Read', 'Glob', 'Grep', 'Diagnostics'] as const).map(name => table[name].spec),
  submitPlan.spec,
  askUser.spec,
];

export function isToolName(name: string): name is ToolName {
  return toolNames.some(known => known === name);
}

/** Parses a call's input and makes an effect of it. Rejects with a GatehouseError for the model. */
export async function prepareCall(name: string, raw: unknown, context: ToolContext): Promise<PreparedCall> {
  if (!isToolName(name)) throw new GatehouseError(failures.unknownTool({ tool: name }));
  return table[name].prepare(raw, context);
}

/** The text for an outcome that came of a call with this input; null where the tool or its input is none of ours. */
export function presentOutcome(name: string, raw: unknown, outcome: Outcome): string | null {
  return isToolName(name) ? table[name].present(raw, outcome) : null;
}

function entry<I>(tool: Tool<I>): TableEntry {
  return {
    spec: { name: tool.name, description: tool.description, input_schema: inputSchema(tool.input) },
    prepare: async (raw, context) => {
      const parsed = tool.input.safeParse(raw);
      if (!parsed.success)
        throw new GatehouseError(failures.badInput({ tool: tool.name, problem: describeProblems(parsed.error) }));
      const effect = await tool.prepare(parsed.data, context);
      return { effect, present: outcome => tool.present(outcome, parsed.data) };
    },
    present: (raw, outcome) => {
      const parsed = tool.input.safeParse(raw);
      return parsed.success ? tool.present(outcome, parsed.data) : null;
    },
  };
}
