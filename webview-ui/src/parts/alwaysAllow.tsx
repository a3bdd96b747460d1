import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { useRun } from '../host.ts';
import type { OpenQuestion } from '../view/items.ts';

/** The host is asked about a text once nothing was typed for this long (ms). */
const pause = 200;

interface AlwaysAllowProps {
  question: OpenQuestion;
  proposed: string;
  /** Whether the question takes answers. */
  open: boolean;
  onWrite: (ruleText: string) => void;
  onBack: () => void;
}

/** The rule that would go to the person's policy, to be changed, with what is wrong with it. */
export function AlwaysAllow({ question, proposed, open, onWrite, onBack }: AlwaysAllowProps) {
  const run = useRun();
  const box = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(proposed);
  const [help, said] = [useId(), useId()];
  const check = question.check?.text === text ? question.check : null;
  const wrong = check !== null && check.errors.length > 0;
  useEffect(() => box.current?.focus(), []);
  useEffect(() => {
    const timer = setTimeout(() => run.checkRule(question.question, text), pause);
    return () => clearTimeout(timer);
  }, [run, question.question, text]);
  return (
    <div class="always">
      <p id={help}>
        This rule goes to your policy and holds for runs that begin later. In this run the command is allowed as it is.
      </p>
      <textarea
        ref={box}
        class="rule"
        aria-label="The rule"
        aria-describedby={`${help} ${said}`}
        aria-invalid={wrong}
        spellcheck={false}
        rows={Math.min(12, text.split('\n').length)}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
        onKeyDown={event => {
          if (event.key === 'Escape' && !event.isComposing) onBack();
        }}
      />
      <div id={said} role="status">
        {check?.errors.map(sentence => (
          <p key={sentence} class="wrong">
            {sentence}
          </p>
        ))}
        {check?.warnings.map(sentence => (
          <p key={sentence} class="warning">
            {sentence}
          </p>
        ))}
      </div>
      <div class="buttons">
        <button type="button" class="primary" disabled={!open || check === null || wrong} onClick={() => onWrite(text)}>
          Write the rule and allow
        </button>
        <button type="button" class="secondary" onClick={onBack}>
          Back
        </button>
      </div>
    </div>
  );
}
