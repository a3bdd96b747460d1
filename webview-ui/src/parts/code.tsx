import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { clip, plain } from '../view/output.ts';

interface Props {
  text: string;
  label: string;
  /** Which end is shown where the text is long. */
  from: 'head' | 'tail';
  /** Characters that are already gone at the front. */
  dropped?: number;
  live?: boolean;
}

/** Plain text in the editor's own font, cut where it is long, with a button for the rest. */
export function Code({ text, label, from, dropped = 0, live = false }: Props) {
  const box = useRef<HTMLPreElement>(null);
  const [all, setAll] = useState(false);
  const bare = useMemo(() => plain(text), [text]);
  const shown = useMemo(
    () => (all ? { text: bare, left: 0 } : clip(bare, from, live ? 8 : 40, 8000)),
    [all, bare, from, live],
  );
  useLayoutEffect(() => {
    if (from === 'tail' && box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [from, shown]);
  const more = shown.left > 0 && !live && (
    <button type="button" class="link" onClick={() => setAll(true)}>
      Show all ({shown.left.toLocaleString('en-US')} more {shown.left === 1 ? 'line' : 'lines'})
    </button>
  );
  return (
    <div class="code">
      {from === 'tail' && more}
      {dropped > 0 && !live && <p class="dim">The beginning of the output is not kept here.</p>}
      {shown.text.trim() === '' ? (
        <p class="dim">No output.</p>
      ) : (
        <pre ref={box} tabIndex={0} aria-label={label}>
          {shown.text}
        </pre>
      )}
      {from === 'head' && more}
    </div>
  );
}
