import type { StepReport } from '../../../src/protocol/plan.ts';
import { useRun } from '../host.ts';
import { plural } from '../view/describe.ts';
import type { Work } from '../view/work.ts';
import { Counts } from './counts.tsx';
import { Icon } from './icon.tsx';

/** Where the plan stands, always in sight while the run goes on: its steps, and the checks that measure it. */
export function Progress({ work }: { work: Work }) {
  const { plan, accepted, steps, checks } = work;
  if (plan === null || !accepted) return null;
  const done = new Set(steps.map(({ step }) => step));
  const at = plan.steps.findIndex((_, index) => !done.has(index + 1));
  const passing = checks.filter(({ passed }) => passed).length;
  const now =
    at === -1 ? 'All steps are done' : `Step ${at + 1} of ${plan.steps.length}: ${plan.steps[at]?.title ?? ''}`;
  return (
    <details class="progress">
      <summary>
        <Icon name="list-ordered" /> {now}
        {checks.length > 0 && (
          <span class="dim">
            {' '}
            · {passing} of {plural(checks.length, 'check')} pass
          </span>
        )}
      </summary>
      <ol>
        {plan.steps.map((step, index) => (
          <li key={index} class={done.has(index + 1) ? 'done' : index === at ? 'now' : 'later'}>
            <Icon name={done.has(index + 1) ? 'pass' : index === at ? 'circle-filled' : 'circle-large-outline'} />{' '}
            {step.title}
          </li>
        ))}
      </ol>
      {checks.length > 0 && (
        <ul aria-label="Checks">
          {checks.map(({ command, passed }) => (
            <li key={command} class="path">
              <Icon name={passed ? 'pass' : 'circle-large-outline'} /> {command}
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}

/** What one step came to. */
export function StepCard({ report }: { report: StepReport }) {
  const run = useRun();
  return (
    <section class="step" aria-label={`Step ${report.step} is done`}>
      <h3>
        <Icon name="pass" /> Step {report.step}: {report.title}
      </h3>
      <p>{report.outcome}</p>
      {report.files.length > 0 && (
        <ul class="files" aria-label="Files changed in the step">
          {report.files.map(({ path, added, removed }) => (
            <li key={path}>
              <button type="button" class="link" onClick={() => run.openFile(path)}>
                {path}
              </button>{' '}
              {added !== null && <Counts added={added} removed={removed ?? 0} />}
            </li>
          ))}
        </ul>
      )}
      {report.risks.map(risk => (
        <p key={risk} class="caution">
          {risk}
        </p>
      ))}
      {report.next !== '' && <p class="dim">Next: {report.next}</p>}
    </section>
  );
}
