import { useState } from 'preact/hooks';
import { useRun } from '../host.ts';
import type { Background } from '../view/view.ts';
import { Icon } from './icon.tsx';

/** The run's commands that go on in the background, each with a way to end it. */
export function Processes({ processes }: { processes: readonly Background[] }) {
  if (processes.length === 0) return null;
  return (
    <section class="processes" aria-label="Running in the background">
      <ul>
        {processes.map(each => (
          <Process key={each.process} {...each} />
        ))}
      </ul>
    </section>
  );
}

function Process({ process, command }: Background) {
  const run = useRun();
  const [ending, setEnding] = useState(false);
  const end = (): void => {
    setEnding(true);
    run.endProcess(process);
  };
  return (
    <li>
      <Icon name="server-process" />
      <code title={command}>{command}</code>
      <button type="button" class="secondary" aria-label={`End ${command}`} disabled={ending} onClick={end}>
        {ending ? 'Ending…' : 'End'}
      </button>
    </li>
  );
}
