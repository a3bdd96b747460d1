import { useState } from 'preact/hooks';
import type { FindingKind } from '../../../src/protocol/diffReview.ts';
import { useRun } from '../host.ts';
import type { FindingsItem } from '../view/items.ts';
import { Icon } from './icon.tsx';

const icons = { blocking: 'error', warning: 'warning', note: 'info' } as const;

const kinds: Record<FindingKind, string> = {
  defect: 'defect',
  security: 'security',
  secret: 'secret',
  'weakened-tests': 'weakened tests',
  'missing-tests': 'missing tests',
  duplicate: 'duplicated code',
  'hides-cause': 'hides the cause',
  'forbidden-path': 'forbidden path',
  policy: 'policy',
};

/** What the reviewer found, each with its place and a way to let it be. */
export function Findings({ item }: { item: FindingsItem }) {
  return (
    <section class="findings" aria-label="Review">
      {item.sentences.map(sentence => (
        <p key={sentence} class={item.unsure ? 'unsure' : 'dim'}>
          <Icon name={item.unsure ? 'warning' : 'checklist'} /> <span>{sentence}</span>
        </p>
      ))}
      {item.rows.length > 0 && (
        <ul>
          {item.rows.map(row => (
            <Row key={row.finding.id} row={row} />
          ))}
        </ul>
      )}
    </section>
  );
}

function Row({ row }: { row: FindingsItem['rows'][number] }) {
  const run = useRun();
  const [reason, setReason] = useState<string | null>(null);
  const { finding, state } = row;
  const place = finding.line === null ? finding.file : `${finding.file}:${finding.line}`;
  const waive = (): void => {
    const words = reason?.trim() ?? '';
    if (words === '') return;
    run.waive(finding.id, words);
    setReason(null);
  };
  return (
    <li class={`finding ${finding.severity} ${state}`}>
      <p>
        <Icon name={state === 'open' ? icons[finding.severity] : 'check'} />{' '}
        <button type="button" class="link" onClick={() => run.openFile(finding.file, finding.line ?? undefined)}>
          {place}
        </button>{' '}
        <span class="dim">
          {finding.severity}, {kinds[finding.category]}
          {state === 'open' ? '' : `, ${state}`}
        </span>
      </p>
      <p>{finding.sentence}</p>
      {finding.evidence !== '' && <pre>{finding.evidence}</pre>}
      {row.reason !== null && <p class="dim">Waived: {row.reason}</p>}
      {state === 'open' && reason === null && (
        <button type="button" class="secondary" onClick={() => setReason('')}>
          Waive…
        </button>
      )}
      {state === 'open' && reason !== null && (
        <div class="buttons">
          <input
            type="text"
            aria-label={`Why ${place} may stay as it is`}
            placeholder="Why it may stay as it is"
            value={reason}
            ref={box => box?.focus()}
            onInput={event => setReason(event.currentTarget.value)}
            onKeyDown={event => {
              if (event.isComposing) return;
              if (event.key === 'Enter') waive();
              if (event.key === 'Escape') setReason(null);
            }}
          />
          <button type="button" class="primary" disabled={reason.trim() === ''} onClick={waive}>
            Waive
          </button>
        </div>
      )}
    </li>
  );
}
