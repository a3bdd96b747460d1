import { useState } from 'preact/hooks';
import type { Plan, PlanAnswer, PlanComment } from '../../../src/protocol/plan.ts';
import { useRun } from '../host.ts';
import type { PlanItem } from '../view/items.ts';
import { Icon } from './icon.tsx';
import { PlanForm } from './planForm.tsx';
import { useSettled } from './settled.ts';

const states: { [S in PlanItem['state']]: { icon: string; title: string } } = {
  proposed: { icon: 'list-ordered', title: 'Plan' },
  accepted: { icon: 'pass', title: 'Plan, accepted' },
  replaced: { icon: 'list-ordered', title: 'Plan, an earlier one' },
  rejected: { icon: 'circle-slash', title: 'Plan, turned down' },
};

/** A plan as the person reads it; while its question is open, it can be edited, commented, accepted and turned down. */
export function PlanCard({ item }: { item: PlanItem }) {
  const { icon, title } = states[item.state];
  if (item.state === 'replaced')
    return (
      <details class="plan">
        <summary>
          <Icon name={icon} /> {title}
        </summary>
        <PlanBody plan={item.plan} />
      </details>
    );
  return (
    <section
      class={`plan ${item.question === null ? '' : 'question'}`}
      tabIndex={-1}
      aria-label={title}
      {...(item.question === null ? {} : { 'data-question': item.question.question })}
    >
      <h3>
        <Icon name={icon} /> {title}
        {item.by === 'person' && <span class="dim"> as you edited it</span>}
      </h3>
      {item.sentences.map(sentence => (
        <p key={sentence} class={item.plan.fit === 'auto' ? 'dim' : 'caution'}>
          {sentence}
        </p>
      ))}
      {item.question === null ? <PlanBody plan={item.plan} /> : <OpenPlan key={item.question.question} item={item} />}
    </section>
  );
}

/** Each step may be given a comment; an edit is sent with whatever the person answers. */
function OpenPlan({ item }: { item: PlanItem }) {
  const run = useRun();
  const ready = useSettled();
  const [edited, setEdited] = useState<Plan | null>(null);
  const [editing, setEditing] = useState(false);
  const [comments, setComments] = useState<ReadonlyMap<number, string>>(new Map());
  const plan = edited ?? item.plan;
  const said: PlanComment[] = [...comments]
    .filter(([, text]) => text.trim() !== '')
    .map(([step, text]) => ({ step: step === 0 ? null : step, text: text.trim() }));
  const { question } = item;
  const open = ready && question?.nonce !== null && !editing;
  const answer = (given: PlanAnswer): void => {
    if (question !== null && question.nonce !== null) run.answerPlan(question.question, question.nonce, given);
  };
  const withEdit = edited === null ? {} : { plan: edited };
  const comment = (step: number, text: string): void => setComments(before => new Map(before).set(step, text));

  return (
    <>
      {editing ? (
        <PlanForm
          plan={plan}
          onDone={changed => {
            if (changed !== null) setEdited(changed);
            setEditing(false);
          }}
        />
      ) : (
        <PlanBody plan={plan} comments={comments} onComment={comment} />
      )}
      {!editing && (
        <>
          {edited !== null && <p class="dim">Edited by you; nothing of it is sent before you answer.</p>}
          {plan.acceptance.length > 0 && (
            <p class="dim">
              If you accept it, its checks are run before and after the work without more questions, held in the sandbox
              as in Auto.
            </p>
          )}
          <div class="buttons">
            <button
              type="button"
              class="primary"
              disabled={!open || said.length > 0}
              onClick={() => answer({ verdict: 'accept', ...withEdit })}
            >
              Accept
            </button>
            <button
              type="button"
              class="secondary"
              disabled={!open || said.length === 0}
              title={said.length === 0 ? 'Comment on the plan or a step first' : undefined}
              onClick={() => answer({ verdict: 'change', comments: said, ...withEdit })}
            >
              Ask for changes
            </button>
            <button type="button" class="secondary" disabled={!open} onClick={() => setEditing(true)}>
              Edit…
            </button>
            <button type="button" class="secondary" disabled={!open} onClick={() => answer({ verdict: 'reject' })}>
              Turn down
            </button>
          </div>
        </>
      )}
    </>
  );
}

interface BodyProps {
  plan: Plan;
  comments?: ReadonlyMap<number, string>;
  onComment?: (step: number, text: string) => void;
}

function PlanBody({ plan, comments, onComment }: BodyProps) {
  const { objective, acceptance, constraints, risks, steps } = plan;
  return (
    <div class="plan-body">
      <p>{objective}</p>
      <ol>
        {steps.map((step, at) => (
          <li key={at}>
            <strong>{step.title}</strong>
            {step.detail !== '' && <p>{step.detail}</p>}
            {step.files !== undefined && step.files.length > 0 && <p class="path dim">{step.files.join(', ')}</p>}
            {step.rollback !== undefined && <p class="dim">To take it back: {step.rollback}</p>}
            {onComment !== undefined && (
              <Comment
                label={`Comment on step ${at + 1}`}
                text={comments?.get(at + 1) ?? ''}
                onText={text => onComment(at + 1, text)}
              />
            )}
          </li>
        ))}
      </ol>
      <List title="It is done when these pass" items={acceptance} code />
      <List title="It keeps to" items={constraints} />
      <List title="What could go wrong" items={risks} />
      {onComment !== undefined && (
        <Comment label="Comment on the whole plan" text={comments?.get(0) ?? ''} onText={text => onComment(0, text)} />
      )}
    </div>
  );
}

function List({ title, items, code = false }: { title: string; items: readonly string[]; code?: boolean }) {
  if (items.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul>
        {items.map(item => (
          <li key={item} class={code ? 'path' : undefined}>
            {item}
          </li>
        ))}
      </ul>
    </>
  );
}

function Comment({ label, text, onText }: { label: string; text: string; onText: (text: string) => void }) {
  const [open, setOpen] = useState(text !== '');
  if (!open)
    return (
      <button type="button" class="link" aria-label={label} onClick={() => setOpen(true)}>
        <Icon name="comment" /> Comment
      </button>
    );
  return (
    <textarea
      rows={2}
      aria-label={label}
      placeholder="What is to be different?"
      value={text}
      ref={box => {
        if (text === '') box?.focus();
      }}
      onInput={event => onText(event.currentTarget.value)}
    />
  );
}
