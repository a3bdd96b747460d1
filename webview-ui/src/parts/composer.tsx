import { useEffect, useRef } from 'preact/hooks';
import type { Mode } from '../../../src/protocol/command.ts';
import type { Isolate } from '../../../src/protocol/isolation.ts';
import type { PlanFirst } from '../../../src/protocol/plan.ts';
import { AutoToggle } from './autoToggle.tsx';
import { Icon } from './icon.tsx';

const modes: { [M in Mode]: { label: string; title: string } } = {
  plan: { label: 'Plan', title: 'Plan: only looks, changes nothing' },
  ask: { label: 'Ask', title: 'Ask: asks before everything but looking' },
  auto: { label: 'Auto', title: 'Auto: works by itself inside the workspace and asks for the rest' },
};

const places: { [I in Isolate]: { label: string; title: string } } = {
  none: { label: 'In this folder', title: 'The run works in this folder itself' },
  worktree: {
    label: 'In a worktree',
    title: 'The run works in a git worktree on a branch of its own; at its end you merge, keep or discard that',
  },
};

const planning: { [P in PlanFirst]: { label: string; title: string } } = {
  auto: { label: 'Plan if needed', title: 'A planner reads first; Auto begins by itself with a small plan that fits' },
  always: { label: 'Always plan', title: 'A planner reads first, and every plan waits for you' },
  never: { label: 'No plan', title: 'The work begins at once, without a planner' },
};

interface Props {
  draft: string;
  mode: Mode;
  /** The run asks although Auto is chosen. */
  held: boolean;
  /** Where the run works. */
  isolate: Isolate;
  planFirst: PlanFirst;
  /** The model's name, or that there is none. */
  model: string;
  active: boolean;
  /** Why nothing can be sent; null where it can. */
  blocked: string | null;
  /** Counts up each time the box should take the focus. */
  focus: number;
  onDraft: (text: string) => void;
  onMode: (mode: Mode) => void;
  onIsolate: (isolate: Isolate) => void;
  onPlanFirst: (planFirst: PlanFirst) => void;
  onSend: () => void;
  onStop: () => void;
}

/** Where the person writes: Enter sends, Shift+Enter starts a line. */
export function Composer(props: Props) {
  const box = useRef<HTMLTextAreaElement>(null);
  const empty = props.draft.trim() === '';
  useEffect(() => {
    if (props.focus > 0) box.current?.focus();
  }, [props.focus]);

  function pressed(event: KeyboardEvent): void {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!empty && props.blocked === null) props.onSend();
  }

  return (
    <form
      class="composer"
      onSubmit={event => {
        event.preventDefault();
        if (!empty && props.blocked === null) props.onSend();
      }}
    >
      <textarea
        ref={box}
        rows={2}
        aria-label={props.active ? 'Message to the agent' : 'What should be done'}
        placeholder={props.active ? 'Say something; the agent takes it at its next turn' : 'What should be done?'}
        value={props.draft}
        onInput={event => props.onDraft(event.currentTarget.value)}
        onKeyDown={pressed}
      />
      <div class="bar">
        <AutoToggle mode={props.mode} held={props.held && props.mode === 'auto'} onMode={props.onMode} />
        <select
          aria-label="Mode"
          title={modes[props.mode].title}
          value={props.mode}
          onChange={event => {
            const chosen = event.currentTarget.value;
            // It shows what holds: Auto may have to be confirmed first.
            event.currentTarget.value = props.mode;
            if (isMode(chosen)) props.onMode(chosen);
          }}
        >
          {Object.entries(modes).map(([mode, { label, title }]) => (
            <option key={mode} value={mode} title={title}>
              {label}
            </option>
          ))}
        </select>
        {!props.active && (
          <>
            <select
              aria-label="Where the run works"
              title={places[props.isolate].title}
              value={props.isolate}
              onChange={event => {
                const chosen = event.currentTarget.value;
                if (isPlace(chosen)) props.onIsolate(chosen);
              }}
            >
              {Object.entries(places).map(([place, { label, title }]) => (
                <option key={place} value={place} title={title}>
                  {label}
                </option>
              ))}
            </select>
            <select
              aria-label="Whether a planner goes first"
              title={planning[props.planFirst].title}
              value={props.planFirst}
              onChange={event => {
                const chosen = event.currentTarget.value;
                if (isPlanning(chosen)) props.onPlanFirst(chosen);
              }}
            >
              {Object.entries(planning).map(([way, { label, title }]) => (
                <option key={way} value={way} title={title}>
                  {label}
                </option>
              ))}
            </select>
          </>
        )}
        <div class="side">
          <span class="dim model" title={props.model}>
            {props.model}
          </span>
          {props.active && (
            <button
              type="button"
              class="icon stop"
              title="Stop the run"
              aria-label="Stop the run"
              onClick={props.onStop}
            >
              <Icon name="debug-stop" />
            </button>
          )}
          <button
            type="submit"
            class="icon send"
            title={props.blocked ?? 'Send (Enter)'}
            aria-label="Send"
            disabled={empty || props.blocked !== null}
          >
            <Icon name="send" />
          </button>
        </div>
      </div>
    </form>
  );
}

function isPlanning(value: string): value is PlanFirst {
  return Object.hasOwn(planning, value);
}

function isPlace(value: string): value is Isolate {
  return Object.hasOwn(places, value);
}

function isMode(value: string): value is Mode {
  return Object.hasOwn(modes, value);
}
