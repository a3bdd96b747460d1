import type { RunEvent } from '../../protocol/event.ts';

/**
 * The whole change that an open or past question of the run is about, as a unified diff with nothing left out or hidden;
 * null where the question is about something else. Rejects where its bytes are gone.
 */
export async function changeOf(
  events: readonly RunEvent[],
  question: string,
  env: NodeJS.ProcessEnv,
): Promise<string | null> {
  const asked = events.find(event => event.kind === 'question.asked' && event.question === question);
  const proposed = events.find(
    event => event.kind === 'effect.proposed' && asked?.kind === 'question.asked' && event.effect === asked.effect,
  );
  const started = events.find(event => event.kind === 'run.started');
  if (proposed?.kind !== 'effect.proposed' || proposed.value.kind !== 'edit' || started?.kind !== 'run.started')
    return null;
  // As with a run itself: the core is loaded when it is first needed.
  const [{ realChange }, { openHome }, { createBlobs }] = await Promise.all([
    import('../change.ts'),
    import('../../journal/home.ts'),
    import('../../journal/blobs.ts'),
  ]);
  const blobs = createBlobs(await openHome({ env, workspace: started.workspace }));
  return realChange(proposed.value, started.workspace, blobs);
}
