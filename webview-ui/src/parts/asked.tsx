import { useState } from 'preact/hooks';
import { useRun } from '../host.ts';
import type { AskedItem } from '../view/items.ts';
import { Icon } from './icon.tsx';
import { useSettled } from './settled.ts';

/** What the agent asks the person, with its choices and room for another answer; afterwards, what was answered. */
export function AskedCard({ item }: { item: AskedItem }) {
  const run = useRun();
  const ready = useSettled();
  const [words, setWords] = useState('');
  const { question, nonce, answer, text, options } = item;
  if (answer !== null)
    return (
      <section class="asked" aria-label="Question of the agent, answered">
        <p>
          <Icon name="comment-discussion" /> {text}
        </p>
        <p class="answer">{answer}</p>
      </section>
    );
  const open = ready && nonce !== null;
  const say = (said: string): void => {
    if (open && said.trim() !== '') run.answerAsked(question, nonce, said.trim());
  };
  return (
    <section class="asked question" tabIndex={-1} data-question={question} aria-label="Question of the agent">
      <h3>
        <Icon name="comment-discussion" /> The agent asks
      </h3>
      <p>{text}</p>
      {item.sentences.map(sentence => (
        <p key={sentence} class="dim">
          {sentence}
        </p>
      ))}
      {options.length > 0 && (
        <div class="options">
          {options.map(option => (
            <button key={option} type="button" class="secondary" disabled={!open} onClick={() => say(option)}>
              {option}
            </button>
          ))}
        </div>
      )}
      <div class="buttons">
        <input
          type="text"
          aria-label="Your answer"
          placeholder={options.length > 0 ? 'Something else' : 'Your answer'}
          value={words}
          onInput={event => setWords(event.currentTarget.value)}
          onKeyDown={event => {
            if (event.key === 'Enter' && !event.isComposing) say(words);
          }}
        />
        <button type="button" class="primary" disabled={!open || words.trim() === ''} onClick={() => say(words)}>
          Answer
        </button>
      </div>
    </section>
  );
}
