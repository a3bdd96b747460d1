import type { EffectOf } from '../../../src/protocol/effect.ts';
import { useRun } from '../host.ts';

/** The command as it would run, and where. */
export function CommandSubject({ command }: { command: EffectOf<'exec'> }) {
  const { workspace } = useRun();
  const { description, cwd } = command;
  return (
    <>
      {description !== undefined && <p class="dim">The agent says: {description}</p>}
      <pre class="subject" tabIndex={0} aria-label="The command">
        {command.command}
      </pre>
      <p class="dim">{cwd === workspace ? 'In the workspace' : `In ${cwd}`}</p>
    </>
  );
}
