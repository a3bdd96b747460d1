import type { RunEntry } from '../../../src/protocol/panel.ts';
import { endings } from './end.tsx';

/** Which run is on display, where there is more than one. */
export function RunPicker({
  runs,
  shown,
  onPick,
}: {
  runs: readonly RunEntry[];
  shown: string | null;
  onPick: (run: string) => void;
}) {
  if (runs.length === 0 || (runs.length === 1 && shown !== null)) return null;
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
      </select>
    </div>
  );
}

function stateOf(entry: RunEntry): string {
  if (entry.state === 'running') return 'Running';
  return entry.state === 'waiting' ? 'Asks' : endings[entry.state].title;
}
