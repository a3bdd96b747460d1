import { useEffect, useState } from 'preact/hooks';
import type { ShownDoubt } from '../../../src/protocol/panel.ts';
import { useRun } from '../host.ts';
import { plural, shorten } from '../view/describe.ts';
import { Icon } from './icon.tsx';

/** A card that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;
const mostFiles = 20;

/** An effect that was cut off: what it was, what really changed since it began, and what the person makes of it. */
export function DoubtCard({ run, doubt }: { run: string; doubt: ShownDoubt }) {
  const host = useRun();
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    return () => clearTimeout(timer);
  }, []);
  const { effect, nonce, changed } = doubt;
  const [title, about] = [`doubt-${effect}`, `doubt-${effect}-about`];
  const decide = (verdict: 'redo' | 'skip' | 'stop'): void =>
    host.post({ type: 'decide', run, effect, nonce, verdict });
  const files = changed ?? [];
  return (
    <section
      class="question doubt"
      tabIndex={-1}
      data-question={effect}
      aria-labelledby={title}
      aria-describedby={about}
    >
      <h3 id={title}>
        <Icon name="question" /> The run was cut off in the middle of this
      </h3>
      <Subject doubt={doubt} />
      <div id={about}>
        <p>{whatChanged(changed)}</p>
        {files.length > 0 && (
          <ul class="files" aria-label="Changed since it began">
            {files.slice(0, mostFiles).map(path => (
              <li key={path}>
                <button type="button" class="link" onClick={() => host.openFile(path)}>
                  {path}
                </button>
              </li>
            ))}
            {files.length > mostFiles && <li class="dim">and {files.length - mostFiles} more</li>}
          </ul>
        )}
      </div>
      <div class="buttons">
        <button
          type="button"
          class="primary"
          disabled={!ready}
          title="From its beginning; it is asked about again where it has to be"
          onClick={() => decide('redo')}
        >
          Do it again
        </button>
        <button
          type="button"
          class="secondary"
          disabled={!ready}
          title="It stays as it is, and the run goes on"
          onClick={() => decide('skip')}
        >
          Leave it
        </button>
        <button type="button" class="secondary" disabled={!ready} onClick={() => decide('stop')}>
          Stop
        </button>
      </div>
    </section>
  );
}

function whatChanged(changed: ShownDoubt['changed']): string {
  if (changed === null) return 'What it changed is not known.';
  return changed.length === 0
    ? 'No file of the folder has changed since it began. What it did elsewhere is not known.'
    : `${plural(changed.length, 'file has', 'files have')} changed since it began:`;
}

function Subject({ doubt: { value } }: { doubt: ShownDoubt }) {
  const { workspace } = useRun();
  if (value.kind === 'exec' || value.kind === 'push')
    return (
      <pre class="subject" tabIndex={0} aria-label="The command">
        {value.command}
      </pre>
    );
  return 'path' in value && value.path !== undefined ? <p class="path">{shorten(value.path, workspace)}</p> : null;
}
