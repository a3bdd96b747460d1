import { useState } from 'preact/hooks';
import type { ShownGrant } from '../../../src/protocol/panel.ts';
import { useRun } from '../host.ts';
import { Icon } from './icon.tsx';

/** What runs without a question because the person said so, with a way to take each back. */
export function Grants({ grants, run }: { grants: readonly ShownGrant[]; run: string | null }) {
  if (grants.length === 0) return null;
  return (
    <details class="grants">
      <summary>
        <Icon name="pass" /> You allowed {grants.length === 1 ? '1 command' : `${grants.length} commands`} beforehand
      </summary>
      <ul>
        {grants.map(each => (
          <Grant key={each.grant} shown={each} run={run} />
        ))}
      </ul>
    </details>
  );
}

function Grant({ shown, run }: { shown: ShownGrant; run: string | null }) {
  const host = useRun();
  const [going, setGoing] = useState(false);
  const { grant, command, sentences } = shown;
  return (
    <li>
      <div>
        <code title={command}>{command}</code>
        <p class="dim">{sentences.join(' ')}</p>
      </div>
      <button
        type="button"
        class="secondary"
        aria-label={`Revoke ${command}`}
        disabled={going}
        onClick={() => {
          setGoing(true);
          host.post({ type: 'revokeGrant', run, grant });
        }}
      >
        Revoke
      </button>
    </li>
  );
}
