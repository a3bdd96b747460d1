import { useState } from 'preact/hooks';
import { useRun } from '../host.ts';
import { describe, duration, type Line } from '../view/describe.ts';
import type { ToolItem, ToolState } from '../view/items.ts';
import { Code } from './code.tsx';
import { Counts } from './counts.tsx';
import { Diff } from './diff.tsx';
import { Icon } from './icon.tsx';
import { QuestionCard } from './question.tsx';

const marks: { [S in ToolState]: { icon: string; label: string; spin?: boolean } } = {
  waiting: { icon: 'circle-outline', label: 'Waiting' },
  asking: { icon: 'question', label: 'Waiting for your answer' },
  running: { icon: 'loading', label: 'Running', spin: true },
  done: { icon: 'check', label: 'Done' },
  failed: { icon: 'error', label: 'Failed' },
  unfinished: { icon: 'debug-stop', label: 'Not finished' },
  denied: { icon: 'circle-slash', label: 'Not allowed' },
};

/** One call: a line that tells what it is and how it stands, and below it, on demand, all that is known of it. */
export function Tool({ item }: { item: ToolItem }) {
  const run = useRun();
  const body = `call-${item.call}`;
  const [chosen, setChosen] = useState<boolean | null>(null);
  const line = describe(item, run.workspace);
  const mark = marks[item.state];
  const took = item.durationMs !== null && item.durationMs >= 100 ? duration(item.durationMs) : '';
  const commandRuns = item.state === 'running' && item.effect?.kind === 'exec';
  const open = chosen ?? (commandRuns && item.output !== null);
  return (
    <div class={`tool ${item.state}`} data-tool={item.tool} data-state={item.state}>
      <div class="row">
        <button type="button" class="head" aria-expanded={open} aria-controls={body} onClick={() => setChosen(!open)}>
          <Icon name={line.icon} />
          <Title line={line} />
        </button>
        <span class="side">
          {item.tier !== null && item.tier !== 'low' && (
            <span class={`tier ${item.tier}`} title={`Risk: ${item.tier}`}>
              {item.tier}
            </span>
          )}
          {line.outcome !== '' && <span class="dim">{line.outcome}</span>}
          {took !== '' && <span class={line.outcome === '' ? 'dim' : 'dim took'}>{took}</span>}
          <Icon name={mark.icon} label={mark.label} spin={mark.spin ?? false} />
        </span>
      </div>
      <div id={body} class="body" hidden={!open}>
        {open && <Body item={item} live={commandRuns && chosen === null} />}
      </div>
      {item.revised.map(sentence => (
        <p key={sentence} class="dim revised">
          {sentence}
        </p>
      ))}
      {!open && (item.state === 'failed' || item.state === 'denied') && <Trouble item={item} />}
      {item.question !== null && <QuestionCard item={item} question={item.question} />}
    </div>
  );
}

function Title({ line }: { line: Line }) {
  return (
    <span class="title">
      <span class="verb">{line.verb}</span>{' '}
      {line.code ? (
        <code title={line.subject}>{line.subject}</code>
      ) : (
        <span title={line.path ?? ''}>{line.subject}</span>
      )}
      {line.added + line.removed > 0 && (
        <>
          {' '}
          <Counts added={line.added} removed={line.removed} />
        </>
      )}
      {line.detail !== '' && <span class="dim"> {line.detail}</span>}
    </span>
  );
}

/** Why it failed or was refused, in short: the person should not have to open the row to learn it. */
function Trouble({ item }: { item: ToolItem }) {
  const sentences = item.state === 'denied' ? item.reasons : item.failure;
  return (
    <>
      {sentences.slice(0, 2).map(sentence => (
        <p key={sentence} class="trouble">
          {sentence}
        </p>
      ))}
    </>
  );
}

function Body({ item, live }: { item: ToolItem; live: boolean }) {
  const run = useRun();
  const { effect } = item;
  const path = effect !== null && 'path' in effect ? effect.path : undefined;
  return (
    <>
      {effect?.kind === 'exec' && !live && effect.command.includes('\n') && (
        <pre class="subject" tabIndex={0} aria-label="The command">
          {effect.command}
        </pre>
      )}
      {effect?.kind === 'edit' && <Diff patch={effect.patch} label={`Changes in ${effect.path}`} />}
      {item.failure.map(sentence => (
        <p key={sentence} class="trouble">
          {sentence}
        </p>
      ))}
      <Result item={item} live={live} />
      {!live && (
        <div class="foot">
          {path !== undefined && (
            <button type="button" class="link" onClick={() => run.openFile(path)}>
              Open file
            </button>
          )}
          {item.result !== null && (
            <button type="button" class="link" onClick={() => run.post({ type: 'copy', text: item.result ?? '' })}>
              Copy result
            </button>
          )}
          {item.reasons.length > 0 && <span class="dim">{item.reasons.join(' ')}</span>}
        </div>
      )}
    </>
  );
}

/** What the model was told; before that, what has come of the output. An edit's own diff says more than its result. */
function Result({ item, live }: { item: ToolItem; live: boolean }) {
  if (item.result !== null && !live) {
    if (item.effect?.kind === 'edit' && item.state === 'done') return null;
    // What a command says last is what counts; of a file or a list it is the beginning.
    return <Code text={item.result} label="Result" from={item.effect?.kind === 'exec' ? 'tail' : 'head'} />;
  }
  if (item.output === null) return null;
  return (
    <Code
      text={item.output.pieces.join('')}
      label="Output so far"
      from="tail"
      dropped={item.output.dropped}
      live={live}
    />
  );
}
