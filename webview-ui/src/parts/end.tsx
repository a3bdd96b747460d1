import type { RunStatus } from '../../../src/protocol/event.ts';
import { useRun } from '../host.ts';
import { answersWords } from '../view/answers.ts';
import { duration, plural, processorTime, shorten } from '../view/describe.ts';
import type { EndItem } from '../view/items.ts';
import { tokens } from '../view/totals.ts';
import { ActionButton } from './actions.tsx';
import { Evidence } from './evidence.tsx';
import { Icon } from './icon.tsx';

export const endings: { [S in RunStatus]: { icon: string; title: string } } = {
  done: { icon: 'pass', title: 'Done' },
  failed: { icon: 'error', title: 'Failed' },
  stopped: { icon: 'debug-stop', title: 'Stopped' },
  limit: { icon: 'warning', title: 'Stopped at a limit' },
  waiting: { icon: 'question', title: 'Waiting for an answer' },
  unreachable: { icon: 'debug-disconnect', title: 'The model could not be reached' },
  interrupted: { icon: 'debug-stop', title: 'Interrupted' },
};

/** A command may change any number of files. */
const mostFiles = 100;

/** How the run ended and what it came to. */
export function RunEnd({ item, scripted }: { item: EndItem; scripted: boolean }) {
  const run = useRun();
  const { totals } = item;
  const ending = endings[item.status];
  // What each edit added and removed does not sum up to what differs in the end, so no lines are told here.
  const files = [...totals.files.keys()];
  const answered = answersWords(item.answers);
  return (
    <section class={`end ${item.status}`} aria-label={`Run: ${ending.title}`} data-status={item.status}>
      <h3>
        <Icon name={ending.icon} /> {ending.title}
      </h3>
      {item.sentences.map(sentence => (
        <p key={sentence}>{sentence}</p>
      ))}
      <Evidence links={item.links} />
      <p class="dim">
        {[
          plural(totals.turns, 'turn'),
          plural(tokens(totals.usage), 'token'),
          cost(totals.usd, scripted),
          duration(item.durationMs),
          processorTime(totals.cpuMs),
        ]
          .filter(part => part !== '')
          .join(' · ')}
      </p>
      {answered !== '' && <p class="dim">{answered}</p>}
      {files.length > 0 ? (
        <ul class="files" aria-label="Files changed">
          {files.slice(0, mostFiles).map(path => (
            <li key={path}>
              <button type="button" class="link" title={path} onClick={() => run.openFile(path)}>
                {shorten(path, run.workspace)}
              </button>
            </li>
          ))}
          {files.length > mostFiles && <li class="dim">and {files.length - mostFiles} more</li>}
        </ul>
      ) : (
        <p class="dim">No files changed.</p>
      )}
      <div class="buttons">
        {item.action !== null && <ActionButton action={item.action} kind="primary" />}
        {files.length > 0 && <ActionButton action="reviewChanges" />}
        <ActionButton action="openReport" />
        <ActionButton action="newRun" />
      </div>
    </section>
  );
}

function cost(usd: number | null, scripted: boolean): string {
  if (scripted) return '';
  return usd === null ? 'cost unknown' : `$${usd.toFixed(usd < 1 ? 4 : 2)}`;
}
