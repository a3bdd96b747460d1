import type { EffectOf } from '../../../src/protocol/effect.ts';
import { useRun } from '../host.ts';
import { shorten } from '../view/describe.ts';
import type { OpenQuestion } from '../view/items.ts';
import { cutOf } from '../view/patch.ts';
import { Counts } from './counts.tsx';
import { Diff } from './diff.tsx';
import { ProposalNote } from './proposal.tsx';

/** The file and what changes in it. */
export function EditSubject({ edit, question }: { edit: EffectOf<'edit'>; question: OpenQuestion }) {
  const { workspace } = useRun();
  return (
    <>
      <p class="path">
        {shorten(edit.path, workspace)} <Counts added={edit.added} removed={edit.removed} />
      </p>
      <ProposalNote edit={edit} question={question} />
      <Change patch={edit.patch} question={question} />
    </>
  );
}

/** The change as the effect tells it, with a way to see all of it where that leaves out or hides a part. */
function Change({ patch, question }: { patch: string; question: OpenQuestion }) {
  const run = useRun();
  const { change } = question;
  const cut = cutOf(patch);
  if (change !== null || cut === null)
    return <Diff key={change === null ? 'own' : 'whole'} patch={change ?? patch} label="The change" />;
  return (
    <>
      <p>
        {cut === 'outline'
          ? 'This change is too large to be shown here at once; these are the places where it changes the file.'
          : 'Secrets in this change are hidden.'}
      </p>
      <Diff patch={patch} label={cut === 'outline' ? 'The places of the change' : 'The change'} />
      <button type="button" class="link" onClick={() => run.showChange(question.question)}>
        Show all as it is
      </button>
    </>
  );
}
