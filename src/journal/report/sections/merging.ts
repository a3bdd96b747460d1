import { code } from '../../markdown.ts';
import type { Section } from '../words.ts';

/** Who has to be asked before this is merged, and which of it the tools themselves can take back. */
export const merging: Section = ({ extras }) => {
  if (extras === null || (extras.owners.length === 0 && extras.migrations.length === 0)) return '';
  const owned = new Map<string, string[]>();
  for (const { path, owners } of extras.owners) {
    const who = owners.length === 0 ? '' : owners.map(code).join(', ');
    owned.set(who, [...(owned.get(who) ?? []), path]);
  }
  const owners = [...owned].map(([who, paths]) => `- ${who === '' ? 'Nobody' : who}: ${paths.map(code).join(', ')}`);
  const migrations = extras.migrations.map(({ path, down }) => {
    const way =
      down === null
        ? 'it could not be told whether there is a way down'
        : down
          ? 'has a way down'
          : '**has no way down**';
    return `- ${code(path)}: ${way}`;
  });
  return [
    '## Before it is merged',
    ...(owners.length === 0 ? [] : [`Owners of what changed:\n\n${owners.join('\n')}`]),
    ...(migrations.length === 0
      ? []
      : [`Migrations. Undoing files does not undo what a migration did to data:\n\n${migrations.join('\n')}`]),
  ].join('\n\n');
};
