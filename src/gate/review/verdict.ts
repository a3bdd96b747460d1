import { z } from 'zod';
import type { ToolSpec } from '../../ports/model.ts';
import { type AssistantBlock, isToolUse } from '../../protocol/message.ts';
import { ReviewCategory, type ReviewOutcome, ReviewVerdict } from '../../protocol/review.ts';

/** Characters of a reason that are kept. */
const maxReason = 200;

const Verdict = z.object({
  thoughts: z.string().optional(),
  verdict: ReviewVerdict,
  category: ReviewCategory,
  reason: z
    .string()
    .trim()
    .min(1)
    .transform(text => text.replace(/\s+/g, ' ').slice(0, maxReason)),
});

/** The only way to answer. Both calls have the same tool, so that the second one begins with all of the first. */
export const verdictTool: ToolSpec = {
  name: 'Verdict',
  description: 'Your verdict on the action under review.',
  input_schema: {
    type: 'object',
    properties: {
      thoughts: { type: 'string', description: 'Only where you were asked to weigh the action: your reasoning.' },
      verdict: { type: 'string', enum: ReviewVerdict.options },
      category: { type: 'string', enum: ReviewCategory.options },
      reason: { type: 'string', description: `One plain sentence, at most ${maxReason} characters.` },
    },
    required: ['verdict', 'category', 'reason'],
    additionalProperties: false,
  },
};

/** The verdict in an answer; null for anything but exactly one that fits. */
export function verdictIn(content: readonly AssistantBlock[]): Extract<ReviewOutcome, { type: 'verdict' }> | null {
  const calls = content.filter(isToolUse);
  const [call] = calls;
  if (call === undefined || calls.length > 1 || call.name !== verdictTool.name) return null;
  const parsed = Verdict.safeParse(call.input);
  if (!parsed.success) return null;
  const { verdict, category, reason } = parsed.data;
  return { type: 'verdict', verdict, category, reason };
}
