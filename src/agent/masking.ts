import type { Masker } from '../ports/masker.ts';
import type { EventBody } from '../protocol/event.ts';
import type { AssistantBlock } from '../protocol/message.ts';

/** Names of fields whose strings are ids, digests or words of our own, never text of somebody. */
const plain = new Set(
  (
    'kind type id call effect question process run digest sha256 systemDigest promptDigest code audience verdict layer ' +
    'restore grant commandDigest signature phase status mode stopReason limit rule tool_use_id tier category categories profile floor ' +
    'branch base commit how by effects allow askable signature scope agent fit when measure ' +
    'review finding severity'
  ).split(' '),
);

/**
 * A fact as it may be written down. What the model wrote loses what is held of the person's secrets; a path that an
 * effect touched stays as the effect has it, for an effect with a held secret never comes so far; all else is masked.
 */
export function maskBody(body: EventBody, masker: Masker): EventBody {
  const own = (text: string): string => masker.maskOwn(text).text;
  const whole = (text: string): string => masker.mask(text).text;
  switch (body.kind) {
    case 'model.answered':
      return { ...body, content: maskAnswer(body.content, masker) };
    case 'effect.proposed':
    case 'effect.assessed':
    case 'effect.violated':
    case 'grant.given':
    case 'change.reviewed':
    case 'denial.lifted':
    case 'denial.used':
      return maskStrings(body, own);
    case 'effect.done':
      return maskStrings(body, (text, key) => (key === 'path' ? own(text) : whole(text)));
    case 'context.compacted': {
      // It is signed, so it is kept as it is or not at all.
      const { block, ...rest } = body;
      const clean = block !== undefined && heldIn(block, masker) === null;
      return { ...maskStrings(rest, whole), ...(clean ? { block } : {}) };
    }
    case 'tool.answered': {
      const { text, count } = masker.mask(body.text);
      return { ...body, tool: own(body.tool), text, masked: body.masked + count };
    }
    case 'run.started':
    case 'run.resumed':
    case 'person.said':
    case 'mode.changed':
    case 'mode.capped':
    case 'person.away':
    case 'grant.revoked':
    case 'context.added':
    case 'compaction.asked':
    case 'compaction.failed':
    case 'result.flagged':
    case 'prompt.screened':
    case 'prompt.confirmed':
    case 'wishes.read':
    case 'turn.started':
    case 'model.held':
    case 'model.settled':
    case 'model.retrying':
    case 'model.failed':
    case 'effect.decided':
    case 'effect.reviewed':
    case 'denials.asked':
    case 'denials.answered':
    case 'instructions.read':
    case 'instructions.kept':
    case 'policy.ruleKept':
    case 'effect.intended':
    case 'effect.failed':
    case 'question.asked':
    case 'question.answered':
    case 'process.ended':
    case 'snapshot.taken':
    case 'checkpoint.made':
    case 'restore.intended':
    case 'restore.done':
    case 'restore.failed':
    case 'conversation.rewound':
    case 'effect.doubted':
    case 'isolation.prepared':
    case 'isolation.committed':
    case 'isolation.commitFailed':
    case 'isolation.ended':
    case 'acceptance.checked':
    case 'limit.warned':
    case 'agent.begun':
    case 'plan.submitted':
    case 'plan.asked':
    case 'plan.edited':
    case 'plan.changesAsked':
    case 'plan.rejected':
    case 'plan.accepted':
    case 'tests.checked':
    case 'tests.fell':
    case 'step.completed':
    case 'person.asked':
    case 'person.answered':
    case 'review.started':
    case 'review.finished':
    case 'review.held':
    case 'finding.fixed':
    case 'finding.waived':
    case 'limit.reached':
    case 'limit.raised':
    case 'rule.nudged':
    case 'rule.stopped':
    case 'stop.requested':
    case 'run.ended':
      return maskStrings(body, whole);
  }
}

/**
 * The model's answer as the journal and the next request hold it. A block of another type than text and tool calls
 * (signed reasoning) cannot be changed, so one that holds a secret is dropped.
 */
export function maskAnswer(content: readonly AssistantBlock[], masker: Masker): AssistantBlock[] {
  return content.flatMap(block => {
    if (block.type === 'text' || block.type === 'tool_use')
      return [maskStrings(block, text => masker.maskOwn(text).text)];
    return heldIn(block, masker) === null ? [block] : [];
  });
}

/** The placeholder of the first held secret in a value's strings, or null. */
export function heldIn(value: unknown, masker: Masker): string | null {
  let found: string | null = null;
  maskStrings(value, text => {
    const masked = masker.maskOwn(text);
    if (masked.count > 0)
      found ??=
        masked.text.match(/\[secret:[^\]\s]+\]/g)?.find(placeholder => !text.includes(placeholder)) ?? '[secret]';
    return text;
  });
  return found;
}

type Mask = (text: string, key: string) => string;

/** The value with each string replaced by what `mask` makes of it; plain fields stay. */
export function maskStrings<T>(value: T, mask: Mask): T;
export function maskStrings(value: unknown, mask: Mask): unknown {
  return walk(value, '', mask, false);
}

/** Fields whose shape somebody else chose: nothing in them is plain, and their own fields' names may be anything. */
const foreign = new Set(['input', 'args']);

function walk(value: unknown, key: string, mask: Mask, within: boolean): unknown {
  if (typeof value === 'string') return !within && plain.has(key) ? value : mask(value, key);
  if (Array.isArray(value)) return value.map(item => walk(item, key, mask, within));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => [
      within ? mask(name, '') : name,
      walk(field, name, mask, within || foreign.has(name)),
    ]),
  );
}
