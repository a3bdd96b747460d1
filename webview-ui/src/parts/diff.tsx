import { useMemo, useState } from 'preact/hooks';

/** Lines that are shown at first, and how many come with each wish for more. */
const enough = 120;
const more = 2_000;

/** A unified diff, line by line. Each line keeps its sign, so that colour is not the only mark. */
export function Diff({ patch, label }: { patch: string; label: string }) {
  const [most, setMost] = useState(enough);
  const lines = useMemo(() => bodyOf(patch), [patch]);
  const shown = lines.slice(0, most);
  const left = lines.length - shown.length;
  return (
    <div class="code">
      <pre class="diff" tabIndex={0} aria-label={label}>
        {shown.map((line, at) => (
          <span key={at} class={classOf(line)}>
            {line.startsWith('@@') ? place(line) : line}
            {'\n'}
          </span>
        ))}
      </pre>
      {left > 0 && (
        <button type="button" class="link" onClick={() => setMost(most + more)}>
          {left <= more ? 'Show all' : `Show ${count(more)}`} ({count(left)} more lines)
        </button>
      )}
    </div>
  );
}

const count = (lines: number): string => lines.toLocaleString('en-US');

/** The hunks alone: the header names files that the row names already. */
function bodyOf(patch: string): string[] {
  const lines = patch.replace(/\n$/, '').split('\n');
  const first = lines.findIndex(line => line.startsWith('@@'));
  return first === -1 ? lines : lines.slice(first);
}

function classOf(line: string): string {
  if (line.startsWith('@@')) return 'hunk';
  if (line.startsWith('+')) return 'add';
  if (line.startsWith('-')) return 'del';
  return line.startsWith('\\') ? 'hunk' : 'same';
}

function place(header: string): string {
  const line = /\+(\d+)/.exec(header)?.[1];
  return line === undefined ? header : `line ${line}`;
}
