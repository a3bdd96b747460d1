import type { EffectOf } from '../../../src/protocol/effect.ts';
import { useRun } from '../host.ts';
import { shorten } from '../view/describe.ts';
import { Counts } from './counts.tsx';
import { Diff } from './diff.tsx';

/** Each file that would change, with its diff, and those that are left. */
export function RestoreSubject({ restore }: { restore: EffectOf<'restore'> }) {
  const { workspace } = useRun();
  const { checkpoint, files, conflicts, reason } = restore;
  return (
    <>
      <p class="dim">The agent says: {reason}</p>
      <p>Back to {checkpoint === 0 ? 'where the run began' : `checkpoint ${checkpoint}`}:</p>
      {files.map(({ path, change, merged, added, removed, patch }) => (
        <div key={path}>
          <p class="path">
            {shorten(path, workspace)} {changeWords[change]}
            {merged && ', merged with what was changed since'}{' '}
            {added !== null && removed !== null && <Counts added={added} removed={removed} />}
          </p>
          {patch !== null && <Diff patch={patch} label={`Changes in ${path}`} />}
        </div>
      ))}
      {conflicts.map(path => (
        <p key={path} class="path">
          {shorten(path, workspace)} is left: somebody else changed the same place
        </p>
      ))}
    </>
  );
}

const changeWords = { added: 'comes back', removed: 'is deleted', changed: '', mode: 'gets another mode' };
