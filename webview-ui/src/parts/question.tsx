import { useRef } from 'preact/hooks';
import { questionTitle } from '../view/describe.ts';
import type { OpenQuestion, ToolItem } from '../view/items.ts';
import { Answers } from './answers.tsx';
import { Explain } from './explain.tsx';
import { Icon } from './icon.tsx';
import { Subject } from './subject.tsx';

/** What is asked, why, and the answers. It shows the very effect that the answer is about. */
export function QuestionCard({ item, question }: { item: ToolItem; question: OpenQuestion }) {
  const card = useRef<HTMLElement>(null);
  const title = `question-${question.question}`;
  const reason = `${title}-why`;
  return (
    <section
      class="question"
      ref={card}
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
          <span>
            Risk: <span class={`tier ${item.tier}`}>{item.tier}</span>
          </span>
          {item.categories.map(category => (
            <span key={category} class="category">
              {category}
            </span>
          ))}
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
      <Explain parts={item.explained} />
      <Answers item={item} question={question} onBack={() => card.current?.focus()} />
    </section>
  );
}
