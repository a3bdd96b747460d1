import type { PanelMessage, PastEntry, RunAction } from '../../../src/protocol/panel.ts';
import { Icon } from './icon.tsx';

/** Offers to go on with the run that was cut off last. */
export function GoOn({ entry, post }: { entry: PastEntry; post: (message: PanelMessage) => void }) {
  return (
    <section class="obstacle go-on" aria-label="A run that can go on">
      <h3>
        <Icon name="debug-pause" /> {offers[entry.state] ?? 'A run was stopped'}
      </h3>
      <p class="title">{entry.title}</p>
      <p class="dim">{whenOf(entry.startedAt)}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => post({ type: 'actOn', run: entry.run, action: 'resume' })}>
          Go on
        </button>
        <button type="button" class="secondary" onClick={() => post({ type: 'show', run: entry.run })}>
          Look at it
        </button>
      </div>
    </section>
  );
}

const offers: { [S in PastEntry['state']]?: string } = {
  cutOff: 'A run was cut off',
  interrupted: 'A run was interrupted',
  limit: 'A run reached a limit',
  waiting: 'A run waits for an answer',
  unreachable: 'A run could not reach the model',
  failed: 'A run failed',
};

const labels: { [A in RunAction]: string } = {
  resume: 'Go on',
  undo: 'Undo run…',
  redo: 'Redo…',
  merge: 'Merge…',
  keep: 'Keep the branch…',
  discard: 'Discard…',
};

/** What can be asked of the ended run that is on display. */
export function RunActions({
  run,
  actions,
  state,
  post,
}: {
  run: string;
  state: PastEntry['state'] | undefined;
  actions: readonly RunAction[];
  post: (message: PanelMessage) => void;
}) {
  const first = actions.includes('resume') ? 'resume' : actions.includes('merge') ? 'merge' : null;
  return (
    <div class="run-actions" role="group" aria-label="This run">
      {state === 'cutOff' && (
        <p class="notice warning">
          <Icon name="debug-pause" /> <span>This run was cut off.</span>
        </p>
      )}
      {state === 'elsewhere' && (
        <p class="notice info">
          <Icon name="sync" />{' '}
          <span>This run goes on in another window or in a terminal. Here it can only be read.</span>
        </p>
      )}
      <div class="buttons">
        {actions.map(action => (
          <button
            key={action}
            type="button"
            class={action === first ? 'primary' : 'secondary'}
            onClick={() => post({ type: 'actOn', run, action })}
          >
            {labels[action]}
          </button>
        ))}
      </div>
    </div>
  );
}

export function whenOf(at: number): string {
  return new Date(at).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' });
}
