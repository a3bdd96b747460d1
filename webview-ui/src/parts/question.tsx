import { useEffect, useRef, useState } from 'preact/hooks';
import { useRun } from '../host.ts';
import { questionTitle } from '../view/describe.ts';
import type { OpenQuestion, ToolItem } from '../view/items.ts';
import { Icon } from './icon.tsx';
import { Subject } from './subject.tsx';

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
  const allow = (scope: 'once' | 'run' | 'workspace'): void => {
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
        {!explaining && mayLast(item) && (
          <button type="button" class="secondary" disabled={!open} onClick={() => allow('run')}>
            Allow for this run
          </button>
        )}
        {!explaining && item.effect?.kind === 'exec' && !item.floor && item.tier !== 'critical' && (
          <button
            type="button"
            class="secondary"
            title="For 30 days, in later runs of this workspace too, as long as it would do the same"
            disabled={!open}
            onClick={() => allow('workspace')}
          >
            Allow in this workspace
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

/** Commands, and pages of a host as long as their addresses take nothing along; never where a floor asks. */
function mayLast({ effect, floor, sends }: ToolItem): boolean {
  return !floor && (effect?.kind === 'exec' || (effect?.kind === 'fetch' && !sends));
}
