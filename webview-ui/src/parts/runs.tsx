import type { PastEntry, RunEntry } from '../../../src/protocol/panel.ts';
import { endings } from './end.tsx';
import { whenOf } from './goOn.tsx';

/** Which run is on display, where there is more than one, and those of before. */
export function RunPicker({
  runs,
  past,
  shown,
  onPick,
}: {
  runs: readonly RunEntry[];
  past: readonly PastEntry[];
  shown: string | null;
  onPick: (run: string) => void;
}) {
  const others = runs.filter(({ run }) => run !== shown).length + past.length;
  if (others === 0) return null;
  return (
    <div class="runs">
      <select
        aria-label="Run"
        value={shown ?? ''}
        onChange={event => {
          if (event.currentTarget.value !== '') onPick(event.currentTarget.value);
        }}
      >
        {shown === null && <option value="">New run</option>}
        {runs.map(entry => (
          <option key={entry.run} value={entry.run}>
            {stateOf(entry)}: {entry.title}
          </option>
        ))}
        {past.length > 0 && (
          <optgroup label="Earlier runs">
            {past.map(entry => (
              <option key={entry.run} value={entry.run}>
                {stateOf(entry)}: {entry.title} ({whenOf(entry.startedAt)})
              </option>
            ))}
          </optgroup>
        )}
      </select>
    </div>
  );
}

function stateOf(entry: RunEntry): string {
  if (entry.state === 'running') return 'Running';
  if (entry.state === 'cutOff') return 'Cut off';
  if (entry.state === 'elsewhere') return 'Running elsewhere';
  return entry.state === 'waiting' ? 'Asks' : endings[entry.state].title;
}
