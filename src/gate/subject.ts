import type { Subject } from '../policy/subject.ts';
import type { Assessment } from '../protocol/assessment.ts';
import type { Effect } from '../protocol/effect.ts';

/** An effect as policy rules see it. `folders` are those of its paths that stand for all below them. */
export function subjectOf(effect: Effect, assessment: Assessment, folders: readonly string[] = []): Subject {
  const { footprint, parts, categories, tier, understood } = assessment;
  const touched =
    effect.kind === 'edit' ? [effect.path] : [...footprint.reads, ...footprint.writes, ...footprint.deletes];
  return {
    kind: ruledAs(effect),
    parts,
    paths: [...new Set(touched)],
    hosts: footprint.hosts,
    categories,
    tier,
    tool: null,
    understood,
    ...(effect.kind === 'exec' ? beyondWords(effect.command, assessment) : {}),
    folders: folders.filter(path => touched.includes(path)),
    unknownPaths: footprint.unknownPaths,
    unknownHosts: footprint.unknownHosts,
  };
}

/** Redirections that go nowhere, or from one of a program's outputs to the other. */
const harmlessRedirection = /(?:\d|&)?>{1,2}\s*(?:&\s?\d|\/dev\/null(?![\w./-]))|\d?<\s*\/dev\/null(?![\w./-])/g;
/** Linear: what ends a word of it also begins the next one. */
const assignments = /(?:^|[\s;&|(`])((?:[A-Za-z_]\w*\+?=(?:"[^"]*"|'[^']*'|[^\s"';&|()`])*\s+)+)(?=[^\s;&|)])/g;
/** Variables that change how a program speaks, and not what it does. */
const harmlessVariable = /^(CI|NODE_ENV|NO_COLOR|FORCE_COLOR|CLICOLOR|TERM|COLUMNS|LINES|TZ|LANG|LC_[A-Z]+)(\+?=|$)/;

/** By what was read of it, and by the text alone, on the safe side: a quoted `>` counts as well. */
function beyondWords(command: string, { parts }: Assessment): Pick<Subject, 'redirected' | 'prefixed'> {
  const words = [...command.matchAll(assignments)].flatMap(([, all = '']) => all.match(/[A-Za-z_]\w*\+?=/g) ?? []);
  // What a script of the project sets is its own.
  const set = [...words, ...parts.flatMap(({ from, sets }) => (from === null ? (sets ?? []) : []))];
  return {
    redirected: /[<>]/.test(command.replaceAll(harmlessRedirection, ' ')),
    prefixed: set.some(each => !harmlessVariable.test(each)),
  };
}

/** A push was a command, and a restore edits files: rules about those are about it, too. */
function ruledAs({ kind }: Effect): string {
  return kind === 'push' ? 'exec' : kind === 'restore' ? 'edit' : kind;
}
