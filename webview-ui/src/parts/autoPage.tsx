import { useEffect, useRef, useState } from 'preact/hooks';
import type { AutoPage as Page } from '../../../src/protocol/panel.ts';
import { useRun } from '../host.ts';
import { Icon } from './icon.tsx';

/** A page that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;

/** What Auto will and will not do, before it is on. Only a click here turns it on. */
export function AutoPage({ page }: { page: Page }) {
  const run = useRun();
  const heading = useRef<HTMLHeadingElement>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    heading.current?.focus();
    return () => clearTimeout(timer);
  }, []);
  const answer = (go: boolean): void => run.post({ type: 'autoPage', go });

  return (
    <section class="auto-page" aria-labelledby="auto-title">
      <h2 id="auto-title" ref={heading} tabIndex={-1}>
        <Icon name="zap" /> Turn Auto on in this workspace?
      </h2>
      {page === 'first' && <FirstTime />}
      <p class="dim">
        It holds for this workspace alone, from the next action on. One click turns it off: here or in the status bar.
      </p>
      <div class="buttons">
        <button type="button" class="primary" disabled={!ready} onClick={() => answer(true)}>
          Turn Auto on
        </button>
        <button type="button" class="secondary" onClick={() => answer(false)}>
          Leave it off
        </button>
      </div>
    </section>
  );
}

function FirstTime() {
  return (
    <>
      <h3>Without asking, it</h3>
      <ul>
        <li>reads this workspace and sends what it needs to the model, with the secrets that it recognizes hidden;</li>
        <li>creates, changes and deletes ordinary files here, after their state was saved;</li>
        <li>
          runs commands whose risk is low, held by a sandbox to this workspace and without network, where this machine
          has one;
        </li>
        <li>runs what is neither harmless nor grave, if a second model that looks at the action alone agrees.</li>
      </ul>
      <h3>It asks you before it</h3>
      <ul>
        <li>reaches hosts that you do not trust yet, or sends anything out: push, publish, deploy;</li>
        <li>adds dependencies, or changes what runs later on your machine: hooks, tasks, build and CI files;</li>
        <li>leaves the workspace or the sandbox, or deletes what no saved state holds;</li>
        <li>lets anything off this machine after it read a text that gives it orders.</li>
      </ul>
      <h3>It never</h3>
      <ul>
        <li>reads private keys, deletes your home folder, or changes its own rules, whoever allows it;</li>
        <li>takes orders from the repository about what it may do.</li>
      </ul>
      <h3>What nobody can promise</h3>
      <p>
        It can be wrong, and so can the second model. An undo brings files back; it does not bring back what has left
        this machine. Look at what it changed before you rely on it.
      </p>
    </>
  );
}
