import type { EffectOf } from '../../../src/protocol/effect.ts';

/** Where a push goes, and which commit goes to which branch. */
export function PushSubject({ push }: { push: EffectOf<'push'> }) {
  return (
    <>
      <pre class="subject" tabIndex={0} aria-label="The command">
        {push.command}
      </pre>
      <p class="path">
        To {push.remote}: {push.shown}
      </p>
      {push.refspecs.map(({ sha, ref }) => (
        <p key={ref} class="path">
          {ref} becomes {sha}
        </p>
      ))}
      {push.force && <p>By force: commits that are there and not here are lost.</p>}
      {push.lease !== null && (
        <p>By force, if the branch is still at {push.lease}: what is there and not here is lost.</p>
      )}
      {push.setUpstream && <p>No upstream is set: that would change the repository’s settings.</p>}
      <p class="permit">
        It runs outside the sandbox with your credentials, and without the repository’s hooks and settings.
      </p>
    </>
  );
}
