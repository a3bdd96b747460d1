import { useRun } from '../host.ts';
import { describe } from '../view/describe.ts';
import { type SinceItem, sinceWords } from '../view/since.ts';
import { Icon } from './icon.tsx';

/** What happened while the person could not see the run: one line, and all of it on demand. */
export function Since({ item }: { item: SinceItem }) {
  const { workspace } = useRun();
  return (
    <details class="since">
      <summary>
        <Icon name="history" /> {sinceWords(item)}
      </summary>
      <ul>
        {item.calls.map(call => {
          const { icon, verb, subject, code, outcome } = describe(call, workspace);
          return (
            <li key={call.call} class={call.state}>
              <Icon name={icon} /> <span>{verb}</span> {code ? <code>{subject}</code> : <span>{subject}</span>}{' '}
              <span class="dim">
                {[call.state === 'denied' ? 'not allowed' : '', outcome].filter(Boolean).join(', ')}
              </span>
            </li>
          );
        })}
      </ul>
    </details>
  );
}
