import type { Play } from './play.ts';
import type { ReviewEntry, Script } from './script.ts';
import type { CreateMessage } from './wire.ts';

/** The tool that the reviewing model has to call; a request that forces it is a review. */
const reviewTool = 'Verdict';

/** A first, short call has no room for more tokens than this. */
const glanceTokens = 500;

export function isReview({ tool_choice: choice }: CreateMessage): boolean {
  return typeof choice === 'object' && choice !== null && Reflect.get(choice, 'name') === reviewTool;
}

/** What the reviewing model answers: the first entry that fits the action; without one it allows. */
export function playReview(script: Script, request: CreateMessage): Play {
  const action = actionIn(request);
  const step = request.max_tokens <= glanceTokens ? 'glance' : 'weigh';
  const index = script.review.findIndex(
    entry => action.includes(entry.match ?? '') && (entry.step === undefined || entry.step === step),
  );
  const entry = script.review[index];
  return {
    turn: entry === undefined ? null : { role: 'review', index },
    think: null,
    say: entry?.say ?? null,
    calls: entry?.say === undefined ? [{ tool: reviewTool, input: entry?.input ?? verdictOf(entry) }] : [],
    stop: entry?.say === undefined ? 'tool_use' : 'end_turn',
    faults: entry?.fault ?? [],
    delayMs: entry?.delayMs ?? 0,
    usage: entry?.usage ?? {},
  };
}

function verdictOf(entry: ReviewEntry | undefined): Record<string, unknown> {
  const { verdict = 'allow', reason = 'The script says so.' } = entry ?? {};
  return { verdict, category: entry?.category ?? (verdict === 'allow' ? 'within-request' : 'unclear'), reason };
}

/** The tool that the reviewer before merge has to call. */
const reportTool = 'ReportFindings';

export function isDiffReview({ tool_choice: choice }: CreateMessage): boolean {
  return typeof choice === 'object' && choice !== null && Reflect.get(choice, 'name') === reportTool;
}

/** What the reviewer before merge answers: the first entry that fits the diff; without one it finds nothing. */
export function playDiffReview(script: Script, request: CreateMessage): Play {
  const diff = sectionIn(request, 'diff');
  const index = script.reviewer.findIndex(({ match = '' }) => diff.includes(match));
  const entry = script.reviewer[index];
  return {
    turn: entry === undefined ? null : { role: 'reviewer', index },
    think: null,
    say: entry?.say ?? null,
    calls:
      entry?.say === undefined
        ? [{ tool: reportTool, input: entry?.input ?? { findings: entry?.findings ?? [] } }]
        : [],
    stop: entry?.say === undefined ? 'tool_use' : 'end_turn',
    faults: entry?.fault ?? [],
    delayMs: entry?.delayMs ?? 0,
    usage: entry?.usage ?? {},
  };
}

function sectionIn({ messages }: CreateMessage, name: string): string {
  const texts = messages.flatMap(({ content }) => content.flatMap(block => (block.type === 'text' ? block.text : [])));
  const text = texts.join('\n');
  const at = text.lastIndexOf(`\n<${name}-`);
  return at < 0 ? '' : text.slice(at);
}

/** The section with the action, and nothing of what stands before it. */
function actionIn({ messages }: CreateMessage): string {
  const texts = messages.flatMap(({ content }) => content.flatMap(block => (block.type === 'text' ? block.text : [])));
  return texts.findLast(text => text.startsWith('<action-')) ?? '';
}
