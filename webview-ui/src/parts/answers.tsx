import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../../src/protocol/command.ts';
import { useRun } from '../host.ts';
import type { OpenQuestion, ToolItem } from '../view/items.ts';
import { AlwaysAllow } from './alwaysAllow.tsx';

/** A card that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;

interface AnswersProps {
  item: ToolItem;
  question: OpenQuestion;
  onBack: () => void;
}

/** The answers to a question: yes in its scopes, no, and no with a reason. `onBack`: the person is back at the choice. */
export function Answers({ item, question, onBack }: AnswersProps) {
  const run = useRun();
  const [ready, setReady] = useState(false);
  const [doing, setDoing] = useState<'choose' | 'why' | 'always'>('choose');
  const { nonce, ruleText } = question;
  const critical = item.tier === 'critical';
  // What is critical is looked at each time.
  const longer = question.lasting && !critical;
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    return () => clearTimeout(timer);
  }, []);

  const open = ready && nonce !== null;
  const give = (answer: Answer): void => {
    if (nonce !== null) run.answer(question.question, nonce, answer);
  };
  const back = (): void => {
    setDoing('choose');
    onBack();
  };
  if (doing === 'why') return <SayWhy open={open} onSay={why => give(denial(why))} onBack={back} />;
  if (doing === 'always' && ruleText !== null)
    return (
      <AlwaysAllow
        question={question}
        proposed={ruleText}
        open={open}
        onWrite={text => give({ verdict: 'allow', scope: 'run', ruleText: text })}
        onBack={back}
      />
    );
  return (
    <div class="buttons">
      <button
        type="button"
        class={critical ? 'secondary' : 'primary'}
        disabled={!open}
        onClick={() => give({ verdict: 'allow', scope: 'once' })}
      >
        {longer ? 'Allow once' : 'Allow'}
      </button>
      {longer && (
        <button
          type="button"
          class="secondary"
          disabled={!open}
          onClick={() => give({ verdict: 'allow', scope: 'run' })}
        >
          Allow for this run
        </button>
      )}
      {longer && item.effect?.kind === 'exec' && (
        <button
          type="button"
          class="secondary"
          title="For 30 days, in later runs of this workspace too, as long as it would do the same"
          disabled={!open}
          onClick={() => give({ verdict: 'allow', scope: 'workspace' })}
        >
          Allow in this workspace
        </button>
      )}
      {ruleText !== null && (
        <button type="button" class="secondary" disabled={!open} onClick={() => setDoing('always')}>
          Always allow…
        </button>
      )}
      <button
        type="button"
        class={critical ? 'primary' : 'secondary'}
        disabled={!open}
        onClick={() => give({ verdict: 'deny' })}
      >
        Deny
      </button>
      <button type="button" class="secondary" disabled={!open} onClick={() => setDoing('why')}>
        Deny and say why…
      </button>
    </div>
  );
}

function denial(why: string): Answer {
  const sentence = why.trim();
  return { verdict: 'deny', ...(sentence === '' ? {} : { why: sentence }) };
}

function SayWhy({ open, onSay, onBack }: { open: boolean; onSay: (why: string) => void; onBack: () => void }) {
  const words = useRef<HTMLTextAreaElement>(null);
  const [why, setWhy] = useState('');
  useEffect(() => words.current?.focus(), []);
  const inWords = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'Escape') onBack();
    if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      if (open) onSay(why);
    }
  };
  return (
    <>
      <textarea
        ref={words}
        class="why"
        aria-label="Why not; the agent is told this"
        placeholder="Why not, or what to do instead; the agent is told this"
        value={why}
        onInput={event => setWhy(event.currentTarget.value)}
        onKeyDown={inWords}
      />
      <div class="buttons">
        <button type="button" class="primary" disabled={!open} onClick={() => onSay(why)}>
          Deny with this
        </button>
        <button type="button" class="secondary" onClick={onBack}>
          Back
        </button>
      </div>
    </>
  );
}
