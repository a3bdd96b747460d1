import { useState } from 'preact/hooks';
import type { ShownDenied } from '../../../src/protocol/panel.ts';
import { useRun } from '../host.ts';
import { effectLine } from '../view/describe.ts';
import { Icon } from './icon.tsx';

/** What was refused of late while the run goes on, each with a way to let it pass once. */
export function RecentlyDenied({ items }: { items: readonly ShownDenied[] }) {
  if (items.length === 0) return null;
  return (
    <details class="grants recent">
      <summary>
        <Icon name="circle-slash" /> Recently denied ({items.length})
      </summary>
      <ul aria-label="Recently denied">
        {items.map(item => (
          <Row key={item.effect} item={item} />
        ))}
      </ul>
    </details>
  );
}

function Row({ item }: { item: ShownDenied }) {
  const run = useRun();
  const [asked, setAsked] = useState(false);
  const { verb, subject, code } = effectLine(item.value, run.workspace);
  const allow = (): void => {
    setAsked(true);
    run.allowDenied(item.effect);
  };
  return (
    <li>
      <div>
        <p>
          {verb} {code ? <code title={subject}>{subject}</code> : subject}
        </p>
        {item.reasons.slice(0, 1).map(sentence => (
          <p key={sentence} class="dim">
            {sentence}
          </p>
        ))}
      </div>
      {item.askable && (
        <button
          type="button"
          class="secondary"
          aria-label={`Allow and retry ${verb} ${subject}`}
          aria-pressed={asked}
          onClick={allow}
        >
          Allow and retry
        </button>
      )}
    </li>
  );
}
