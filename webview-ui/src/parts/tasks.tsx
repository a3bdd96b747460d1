import type { PanelMessage, ShownTask } from '../../../src/protocol/panel.ts';
import { Icon } from './icon.tsx';

const origins = {
  user: { icon: 'account', said: 'your own task' },
  workspace: { icon: 'repo', said: 'a task of this repository' },
  builtin: { icon: null, said: 'built in' },
} as const;

interface Props {
  tasks: readonly ShownTask[];
  /** What stands in the box is told to the task as well. */
  draft: string;
  post: (message: PanelMessage) => void;
  /** Told what runs of the task that somebody looks at needed; null once nobody does. */
  hint: (estimate: string | null) => void;
}

/** Task classes, each a button; whose each is can be seen and is said. */
export function Tasks({ tasks, draft, post, hint }: Props) {
  if (tasks.length === 0) return null;
  return (
    <section class="tasks" aria-label="Tasks">
      <h3>Or a task that comes again</h3>
      <ul>
        {tasks.map(({ name, from, title, about, estimate }) => {
          const { icon, said } = origins[from];
          return (
            <li key={`${from}:${name}`}>
              <button
                type="button"
                class="task"
                title={`${about === '' ? title : about} (${said})`}
                aria-label={`${title}, ${said}`}
                aria-description={estimate ?? undefined}
                onMouseEnter={() => hint(estimate)}
                onMouseLeave={() => hint(null)}
                onFocus={() => hint(estimate)}
                onBlur={() => hint(null)}
                onClick={() => post({ type: 'runTask', task: { name, from }, input: draft.trim() })}
              >
                {icon !== null && <Icon name={icon} />} {title}
              </button>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
