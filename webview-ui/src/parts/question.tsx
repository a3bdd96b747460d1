import { useEffect, useRef, useState } from 'preact/hooks';
import type { Effect } from '../../../src/protocol/effect.ts';
import { useRun } from '../host.ts';
import { questionTitle, shorten } from '../view/describe.ts';
import type { OpenQuestion, ToolItem } from '../view/items.ts';
import { cutOf } from '../view/patch.ts';
import { Diff } from './diff.tsx';
import { Icon } from './icon.tsx';

/** A card that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;

/** What is asked, why, and the three answers. It shows the very effect that the answer is about. */
export function QuestionCard({ item, question }: { item: ToolItem; question: OpenQuestion }) {
  const run = useRun();
  const title = `question-${question.question}`;
  const reason = `${title}-why`;
  const words = useRef<HTMLTextAreaElement>(null);
  const [ready, setReady] = useState(false);
  const [explaining, setExplaining] = useState(false);
  const [why, setWhy] = useState('');
  const { nonce } = question;

  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (explaining) words.current?.focus();
  }, [explaining]);

  const open = ready && nonce !== null;
  const allow = (scope: 'once' | 'run'): void => {
    if (nonce !== null) run.answer(question.question, nonce, { verdict: 'allow', scope });
  };
  const deny = (): void => {
    const sentence = explaining ? why.trim() : '';
    if (nonce !== null)
      run.answer(question.question, nonce, { verdict: 'deny', ...(sentence === '' ? {} : { why: sentence }) });
  };
  const inWords = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') setExplaining(false);
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      deny();
    }
  };

  return (
    <section
      class="question"
      tabIndex={-1}
      data-question={question.question}
      aria-labelledby={title}
      aria-describedby={reason}
    >
      <h3 id={title}>
        <Icon name="question" /> {questionTitle(item.effect)}
      </h3>
      <Subject item={item} question={question} />
      {item.tier !== null && (
        <p class="risk">
          Risk: <span class={`tier ${item.tier}`}>{item.tier}</span>
        </p>
      )}
      <div id={reason}>
        {item.effect?.kind !== 'push' &&
          item.permit.map(sentence => (
            <p key={sentence} class="permit">
              {sentence}
            </p>
          ))}
        {question.reasons.map(sentence => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      {explaining && (
        <textarea
          ref={words}
          class="why"
          aria-label="Why not; the agent is told this"
          placeholder="Why not, or what to do instead; the agent is told this"
          value={why}
          onInput={event => setWhy(event.currentTarget.value)}
          onKeyDown={inWords}
        />
      )}
      <div class="buttons">
        {!explaining && (
          <button type="button" class="primary" disabled={!open} onClick={() => allow('once')}>
            Allow
          </button>
        )}
        {!explaining && item.effect?.kind === 'exec' && !item.floor && (
          <button type="button" class="secondary" disabled={!open} onClick={() => allow('run')}>
            Allow for this run
          </button>
        )}
        <button type="button" class={explaining ? 'primary' : 'secondary'} disabled={!open} onClick={deny}>
          {explaining ? 'Deny with this' : 'Deny'}
        </button>
        {explaining ? (
          <button type="button" class="secondary" onClick={() => setExplaining(false)}>
            Back
          </button>
        ) : (
          <button type="button" class="secondary" disabled={!open} onClick={() => setExplaining(true)}>
            Deny and say why…
          </button>
        )}
      </div>
    </section>
  );
}

/** Where a push goes, and which commit goes to which branch. */
function PushSubject({ push }: { push: Extract<Effect, { kind: 'push' }> }) {
  return (
    <>
      <pre class="subject" tabIndex={0} aria-label="The command">
        {push.command}
      </pre>
      <p class="path">
        To {push.remote}: {push.shown}
      </p>
      {push.refspecs.map(({ sha, ref }) => (
        <p key={ref} class="path">
          {ref} becomes {sha}
        </p>
      ))}
      {push.force && <p>By force: commits that are there and not here are lost.</p>}
      {push.lease !== null && (
        <p>By force, if the branch is still at {push.lease}: what is there and not here is lost.</p>
      )}
      {push.setUpstream && <p>No upstream is set: that would change the repository’s settings.</p>}
      <p class="permit">
        It runs outside the sandbox with your credentials, and without the repository’s hooks and settings.
      </p>
    </>
  );
}

/** Each file that would change, with its diff, and those that are left. */
function RestoreSubject({ restore }: { restore: Extract<Effect, { kind: 'restore' }> }) {
  const { workspace } = useRun();
  const { checkpoint, files, conflicts, reason } = restore;
  return (
    <>
      <p class="dim">The agent says: {reason}</p>
      <p>Back to {checkpoint === 0 ? 'where the run began' : `checkpoint ${checkpoint}`}:</p>
      {files.map(({ path, change, merged, added, removed, patch }) => (
        <div key={path}>
          <p class="path">
            {shorten(path, workspace)} {changeWords[change]}
            {merged && ', merged with what was changed since'}{' '}
            {added !== null && removed !== null && <Counts added={added} removed={removed} />}
          </p>
          {patch !== null && <Diff patch={patch} label={`Changes in ${path}`} />}
        </div>
      ))}
      {conflicts.map(path => (
        <p key={path} class="path">
          {shorten(path, workspace)} is left: somebody else changed the same place
        </p>
      ))}
    </>
  );
}

const changeWords = { added: 'comes back', removed: 'is deleted', changed: '', mode: 'gets another mode' };

/** The effect in full: an answer covers nothing that is not shown here. */
function Subject({ item, question }: { item: ToolItem; question: OpenQuestion }) {
  const { workspace } = useRun();
  const { effect } = item;
  if (effect === null) return null;
  switch (effect.kind) {
    case 'exec':
      return (
        <>
          {effect.description !== undefined && <p class="dim">The agent says: {effect.description}</p>}
          <pre class="subject" tabIndex={0} aria-label="The command">
            {effect.command}
          </pre>
          <p class="dim">{effect.cwd === workspace ? 'In the workspace' : `In ${effect.cwd}`}</p>
        </>
      );
    case 'push':
      return <PushSubject push={effect} />;
    case 'edit':
      return (
        <>
          <p class="path">
            {shorten(effect.path, workspace)} <Counts added={effect.added} removed={effect.removed} />
          </p>
          <Change patch={effect.patch} question={question} />
        </>
      );
    case 'read':
      return <p class="path">{effect.path}</p>;
    case 'search':
      return (
        <p class="path">
          {effect.pattern} in {effect.root}
        </p>
      );
    case 'restore':
      return <RestoreSubject restore={effect} />;
    case 'diagnostics':
      return effect.path === undefined ? null : <p class="path">{effect.path}</p>;
    default:
      return <UnknownSubject effect={effect} />;
  }
}

/** The change as the effect tells it, with a way to see all of it where that leaves out or hides a part. */
function Change({ patch, question }: { patch: string; question: OpenQuestion }) {
  const run = useRun();
  const { change } = question;
  const cut = cutOf(patch);
  if (change !== null || cut === null)
    return <Diff key={change === null ? 'own' : 'whole'} patch={change ?? patch} label="The change" />;
  return (
    <>
      <p>
        {cut === 'outline'
          ? 'This change is too large to be shown here at once; these are the places where it changes the file.'
          : 'Secrets in this change are hidden.'}
      </p>
      <Diff patch={patch} label={cut === 'outline' ? 'The places of the change' : 'The change'} />
      <button type="button" class="link" onClick={() => run.showChange(question.question)}>
        Show all as it is
      </button>
    </>
  );
}

/** An effect of a kind from the future, as it stands in the journal. */
function UnknownSubject({ effect }: { effect: never }) {
  return <pre class="subject">{JSON.stringify(effect, null, 2)}</pre>;
}

export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <span class="counts" aria-label={`${added} lines added, ${removed} removed`}>
      <span class="plus">+{added}</span> <span class="minus">−{removed}</span>
    </span>
  );
}
