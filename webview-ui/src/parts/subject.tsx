import type { OpenQuestion, ToolItem } from '../view/items.ts';
import { CommandSubject } from './commandSubject.tsx';
import { EditSubject } from './editSubject.tsx';
import { FetchSubject } from './fetchSubject.tsx';
import { PushSubject } from './pushSubject.tsx';
import { RestoreSubject } from './restoreSubject.tsx';

/** The effect in full: an answer covers nothing that is not shown here. */
export function Subject({ item, question }: { item: ToolItem; question: OpenQuestion }) {
  const { effect } = item;
  if (effect === null) return null;
  switch (effect.kind) {
    case 'exec':
      return <CommandSubject command={effect} />;
    case 'push':
      return <PushSubject push={effect} />;
    case 'edit':
      return <EditSubject edit={effect} question={question} />;
    case 'read':
      return <p class="path">{effect.path}</p>;
    case 'search':
      return (
        <p class="path">
          {effect.pattern} in {effect.root}
        </p>
      );
    case 'fetch':
      return <FetchSubject page={effect} sends={item.categories.includes('upload')} />;
    case 'restore':
      return <RestoreSubject restore={effect} />;
    case 'diagnostics':
      return effect.path === undefined ? null : <p class="path">{effect.path}</p>;
    default:
      return <UnknownSubject effect={effect} />;
  }
}

/** An effect of a kind from the future, as it stands in the journal. */
function UnknownSubject({ effect }: { effect: never }) {
  return <pre class="subject">{JSON.stringify(effect, null, 2)}</pre>;
}
