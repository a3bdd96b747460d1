import type { Violation } from '../protocol/containment.ts';

const most = 10;

/** What the model is told of writes that came to nothing; hosts and limits show in the command's own output. */
export function violationNotes(violations: readonly Violation[]): string[] {
  const refused = violations.flatMap(each => (each.type === 'write' ? [each.path] : []));
  const restored = violations.flatMap(each => (each.type === 'restored' ? [each.path] : []));
  const notes: string[] = [];
  if (refused.length > 0)
    notes.push(
      `(Not written, or put back, as it is beyond what this command may write: ${listed(refused)}. Change such a file with Edit or Write, where the person sees it, or leave it.)`,
    );
  if (restored.length > 0) notes.push(`(Changed by it and put back, as it is protected: ${listed(restored)}.)`);
  if ([...refused, ...restored].some(isOfGit))
    notes.push(
      '(What git keeps is changed by git alone: run git as a command of its own, with no other program beside it.)',
    );
  return notes;
}

/** A ref by its full name, or a path in a git folder. */
function isOfGit(path: string): boolean {
  return /^(refs\/|HEAD$)|\/\.git(\/|$)/.test(path);
}

function listed(paths: readonly string[]): string {
  const more = paths.length > most ? ` and ${paths.length - most} more` : '';
  return paths.slice(0, most).join(', ') + more;
}
