import { useMemo, useState } from 'preact/hooks';

const enough = 120;

/** A unified diff, line by line. Each line keeps its sign, so that colour is not the only mark. */
export function Diff({ patch, label }: { patch: string; label: string }) {
  const [all, setAll] = useState(false);
  const lines = useMemo(() => bodyOf(patch), [patch]);
  const shown = all ? lines : lines.slice(0, enough);
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
      {shown.length < lines.length && (
        <button type="button" class="link" onClick={() => setAll(true)}>
          Show all ({(lines.length - shown.length).toLocaleString('en-US')} more lines)
        </button>
      )}
    </div>
  );
}

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
