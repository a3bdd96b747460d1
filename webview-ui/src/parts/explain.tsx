import { useId, useState } from 'preact/hooks';
import type { ExplainedPart } from '../../../src/protocol/panel.ts';
import { Icon } from './icon.tsx';

/** The programs of a command, on demand: each with what it touches and why it counts as it does. */
export function Explain({ parts }: { parts: readonly ExplainedPart[] }) {
  const [open, setOpen] = useState(false);
  const list = useId();
  if (parts.length === 0) return null;
  return (
    <div class="explain">
      <button type="button" class="link" aria-expanded={open} aria-controls={list} onClick={() => setOpen(!open)}>
        <Icon name={open ? 'chevron-down' : 'chevron-right'} /> Explain
      </button>
      <ul id={list} hidden={!open} aria-label="The programs of the command">
        {parts.map((part, at) => (
          <li key={at} style={{ marginLeft: `${Math.min(part.depth, 6) * 14}px` }}>
            <code>{part.text}</code>
            {part.says.map(sentence => (
              <p key={sentence}>{sentence}</p>
            ))}
          </li>
        ))}
      </ul>
    </div>
  );
}
