import { useEffect, useRef, useState } from 'preact/hooks';
import type { Plan, PlanStep } from '../../../src/protocol/plan.ts';

interface Draft {
  objective: string;
  acceptance: string;
  constraints: string;
  risks: string;
  steps: { title: string; detail: string; rest: PlanStep | null }[];
}

/** A plan to be edited as a document: lists are lines of a text. `onDone` is given null where nothing is kept. */
export function PlanForm({ plan, onDone }: { plan: Plan; onDone: (plan: Plan | null) => void }) {
  const [draft, setDraft] = useState<Draft>(() => ({
    objective: plan.objective,
    acceptance: plan.acceptance.join('\n'),
    constraints: plan.constraints.join('\n'),
    risks: plan.risks.join('\n'),
    steps: plan.steps.map(step => ({ title: step.title, detail: step.detail, rest: step })),
  }));
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector('textarea')?.focus(), []);
  const set = (change: Partial<Draft>): void => setDraft(before => ({ ...before, ...change }));
  const setStep = (at: number, change: Partial<Draft['steps'][number]>): void =>
    set({ steps: draft.steps.map((step, index) => (index === at ? { ...step, ...change } : step)) });
  const swap = (at: number): void =>
    set({
      steps: draft.steps.map(
        (step, index) => draft.steps[index === at ? at + 1 : index === at + 1 ? at : index] ?? step,
      ),
    });
  const steps = draft.steps.filter(({ title }) => title.trim() !== '');
  const fits = draft.objective.trim() !== '' && steps.length > 0;

  return (
    <form
      ref={form}
      class="plan-form"
      aria-label="Edit the plan"
      onSubmit={event => {
        event.preventDefault();
        if (!fits) return;
        const { fit, fitReason } = plan;
        onDone({
          fit,
          ...(fitReason === undefined ? {} : { fitReason }),
          objective: draft.objective.trim(),
          constraints: linesOf(draft.constraints),
          acceptance: linesOf(draft.acceptance),
          steps: steps.map(({ title, detail, rest }) => ({ ...rest, title: title.trim(), detail })),
          risks: linesOf(draft.risks),
        });
      }}
    >
      <Field label="Objective" text={draft.objective} rows={2} onText={objective => set({ objective })} />
      {draft.steps.map((step, at) => (
        <fieldset key={at}>
          <legend>Step {at + 1}</legend>
          <input
            type="text"
            aria-label={`Title of step ${at + 1}`}
            value={step.title}
            onInput={event => setStep(at, { title: event.currentTarget.value })}
          />
          <textarea
            rows={2}
            aria-label={`Detail of step ${at + 1}`}
            value={step.detail}
            onInput={event => setStep(at, { detail: event.currentTarget.value })}
          />
          <div class="buttons">
            {at + 1 < draft.steps.length && (
              <button type="button" class="link" aria-label={`Move step ${at + 1} down`} onClick={() => swap(at)}>
                Move down
              </button>
            )}
            {draft.steps.length > 1 && (
              <button
                type="button"
                class="link"
                aria-label={`Remove step ${at + 1}`}
                onClick={() => set({ steps: draft.steps.filter((_, index) => index !== at) })}
              >
                Remove
              </button>
            )}
          </div>
        </fieldset>
      ))}
      <button
        type="button"
        class="link"
        onClick={() => set({ steps: [...draft.steps, { title: '', detail: '', rest: null }] })}
      >
        Add a step
      </button>
      <Field
        label="It is done when these pass, one command a line"
        text={draft.acceptance}
        mono
        onText={acceptance => set({ acceptance })}
      />
      <Field label="It keeps to, one a line" text={draft.constraints} onText={constraints => set({ constraints })} />
      <Field label="What could go wrong, one a line" text={draft.risks} onText={risks => set({ risks })} />
      <div class="buttons">
        <button type="submit" class="primary" disabled={!fits}>
          Keep
        </button>
        <button type="button" class="secondary" onClick={() => onDone(null)}>
          Cancel
        </button>
      </div>
    </form>
  );
}

interface FieldProps {
  label: string;
  text: string;
  rows?: number;
  mono?: boolean;
  onText: (text: string) => void;
}

function Field({ label, text, rows, mono = false, onText }: FieldProps) {
  return (
    <label>
      {label}
      <textarea
        class={mono ? 'path' : undefined}
        rows={rows ?? Math.max(1, Math.min(6, text.split('\n').length))}
        value={text}
        onInput={event => onText(event.currentTarget.value)}
      />
    </label>
  );
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');
}
