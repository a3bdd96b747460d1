import { z } from 'zod';
import type { ToolSpec } from '../ports/model.ts';
import { failures, GatehouseError } from '../protocol/failure.ts';
import { AskReason, Fit } from '../protocol/plan.ts';
import { argument, describeProblems, inputSchema } from './schema.ts';

/**
 * Tools that touch nothing: the agent hands something over, or asks. No effect comes of them, so that the run itself
 * answers them.
 */
export interface TalkTool<I> {
  name: string;
  input: z.ZodType<I>;
  spec: ToolSpec;
}

function talkTool<I>(name: string, description: string, input: z.ZodType<I>): TalkTool<I> {
  return { name, input, spec: { name, description, input_schema: inputSchema(input) } };
}

const words = z.string().trim().min(1);

export const submitPlan = talkTool(
  'SubmitPlan',
  `Hand over the plan. The person sees it as it is, may edit or comment it, and accepts it; then another agent, who knows nothing but the person's words and this plan, carries it out. If they want changes, you get their comments as the result: change the plan and submit all of it again.

- acceptance: commands for bash in the workspace's folder that exit with 0 when the objective is met and with something else today. They are run before the first edit and at the end. Prefer the narrowest command that proves it, then the project's own tests. No command that changes files, needs the network or waits for somebody. An empty list means that nothing measures the work; then every change is asked about.
- steps: in the order of the work, each small enough to be tested and taken back by itself. A small task has one step.
- fit: auto when an agent can do all of it and be measured; ask when a person should look at each change (judgement about the product, a risk that tests do not see); no when it should not be left to an agent (it needs history that is written nowhere, or a mistake would harm people, money or data). fitReason says why in one sentence, always for ask and no.`,
  z.strictObject({
    fit: Fit.describe('Whether an agent may do this by itself, with the person beside it, or not at all.'),
    fitReason: words.optional().describe('Why, in one sentence.'),
    objective: words.describe('What will be true when it is done, in one or two sentences.'),
    constraints: z.array(words).describe('What must stay as it is, above all what the person forbade, in their words.'),
    acceptance: z.array(argument).describe('Commands that exit with 0 once the objective is met.'),
    steps: z
      .array(
        z.strictObject({
          title: words.describe('In a few words.'),
          detail: z.string().describe('What to change and why, with the places in the code and how to test it.'),
          files: z.array(words).optional().describe('Paths that it is likely to change.'),
          rollback: words.optional().describe('How to take it back, where restoring files is not enough.'),
        }),
      )
      .min(1)
      .describe('What is done, in its order.'),
    risks: z.array(words).describe('What could go wrong, and how one would notice.'),
  }),
);

export const completeStep = talkTool(
  'CompleteStep',
  `Say that a step is done, before the next one begins. The project's own tests are run then, and what was changed, tested and left open is written down for the person and for whoever goes on from there. The result tells how the tests went.

Call it once for each step of the plan, by its number. If tests that passed before fail now, mend that first; if they have to fail at this point, say so in risks and call it again.`,
  z.strictObject({
    step: z.union([z.int().positive(), words]).describe('Its number in the plan, from 1.'),
    outcome: words.describe('What is different now, in one or two sentences.'),
    tests: z
      .array(z.strictObject({ command: words, result: words }))
      .describe('The commands that you ran to test it and what they said, as you saw it.'),
    risks: z.array(words).describe('What is open or uncertain, also tests that fail or are fewer than before.'),
    next: z.string().describe('What comes next; empty after the last step.'),
  }),
);

export const askUser = talkTool(
  'AskUser',
  `Ask the person one question and wait for the answer. Only when you cannot find it out yourself and a wrong guess would cost more than the wait: something that only they know is missing, what they asked for has two readings that lead to different work, a risk is theirs to take, or two instructions contradict each other. Look first; never ask for leave that the gate asks for anyway.`,
  z.strictObject({
    question: words.describe(
      'One question that can be answered in a sentence, with what they need to know to answer it.',
    ),
    options: z.array(words).optional().describe('The answers that you see, the best one first; they may give another.'),
    reason: AskReason.optional().describe('missing, ambiguous, risky or conflict.'),
  }),
);

/** The input of a call of this tool. Throws `tool.badInput` for the model. */
export function talkInput<I>(tool: TalkTool<I>, raw: unknown): I {
  const parsed = tool.input.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw new GatehouseError(failures.badInput({ tool: tool.name, problem: describeProblems(parsed.error) }));
}
