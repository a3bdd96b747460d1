import type { Failure, FailureArgs, FailureCode, FetchUrlProblem } from '../protocol/failure.ts';

/** The codes that go back to the model: a new one in these families does not compile without its sentence. */
export type ModelCode = Extract<
  FailureCode,
  | `${'tool' | 'file' | 'edit' | 'secret' | 'diagnostics' | 'exec' | 'fetch' | 'gate' | 'git'}.${string}`
  | 'search.badPattern'
  | 'sandbox.failed'
  | `restore.${string}`
  | `step.${string}`
  | `checkpoint.${'gitMissing' | 'gone' | 'unknown'}`
  | 'run.stopped'
  | 'run.limitReached'
>;

const badUrls: Record<FetchUrlProblem, string> = {
  unreadable: 'This is no address. Give the whole one, with https://.',
  scheme: 'Only pages by https and http can be read.',
  credentials: 'An address with a user or a password in it is not asked for. Leave them out.',
  long: 'The address is too long for a page.',
};

/** What the model reads where a call could not be done: what is wrong, and what to do instead. */
export const sentences: { [C in ModelCode]: (args: FailureArgs<C>) => string } = {
  'tool.badInput': ({ tool, problem }) => `The input does not fit ${tool}: ${problem}.`,
  'tool.unknown': ({ tool }) => `There is no tool named ${tool}.`,
  'file.missing': ({ path }) => `${path} does not exist. Paths are relative to the workspace; Glob finds files.`,
  'file.notAFile': ({ path, found }) =>
    `${path} is a ${found}, not a file.${found === 'directory' ? ' Glob lists what is in it.' : ''}`,
  'file.binary': ({ path, bytes }) =>
    `${path} (${bytes} bytes) is not UTF-8 text, so it cannot be read or edited here.`,
  'file.tooLarge': ({ path, bytes, limit }) =>
    `${path} has ${bytes} bytes; the limit is ${limit}. Use Grep to find the part that you need.`,
  'file.notRead': ({ path }) => `${path} has not been read in this run. Read it first, then change it.`,
  'file.changed': ({ path }) =>
    `${path} is not what it was: it has changed since it was read, or its path now leads elsewhere. Nothing was done; read it again first.`,
  'file.unreadable': ({ path, problem }) => `${path} cannot be read: ${problem}.`,
  'file.unwritable': ({ path, problem }) => `${path} cannot be written: ${problem}. Nothing was changed.`,
  'edit.noMatch': ({ path }) =>
    `old_string was not found in ${path} (0 matches). It must be the file's text exactly, indentation included and without line numbers.`,
  'edit.manyMatches': ({ path, count }) =>
    `old_string was found ${count} times in ${path}. Add lines around it until it is unique, or set replace_all.`,
  'edit.noChange': ({ path }) => `The edit would leave ${path} exactly as it is.`,
  'secret.unknown': ({ placeholder }) =>
    `${placeholder} stands for no secret of this run. A placeholder can be kept where its secret stands, never made up.`,
  'secret.moved': ({ placeholder, path }) =>
    `${placeholder} stands for a secret that ${path} does not hold, and secrets are not copied into other files. Let the program read it from where it is, or ask the person to put it there.`,
  'secret.cut': ({ path }) =>
    `old_string cannot be told from a masked secret in ${path}. Match more of the text around it. Nothing was changed.`,
  'checkpoint.gitMissing': () =>
    'There is no git here, so changes could not be undone and none are made: only reading and searching works. Say what you would change, and end.',
  'checkpoint.unknown': ({ checkpoint, last }) =>
    `This run has no checkpoint ${checkpoint}. Its checkpoints are 0 (the start) to ${last}.`,
  'checkpoint.gone': () =>
    'What this checkpoint held is not kept any more. Nothing was restored; undo your changes with Edit.',
  'restore.nothing': ({ checkpoint }) =>
    `Nothing differs from checkpoint ${checkpoint}, so nothing was restored. Paths that this run did not change are never touched.`,
  'restore.conflicts': ({ files, first }) =>
    `Somebody else changed the same places since (${first}${files > 1 ? ` and ${files - 1} more` : ''}), and those are never overwritten. Nothing was restored; read the files and undo your part with Edit.`,
  'restore.changed': ({ path }) =>
    `${path} was changed by somebody else at this moment. Nothing was restored; look at it, then try again.`,
  'restore.stale': () =>
    'Files have changed since this restore was planned, so it is not the one that was allowed. Nothing was restored; call Restore again.',
  'restore.tooMany': ({ files, limit }) =>
    `That would change ${files} files; at most ${limit} can be restored at once. Name some of them in paths.`,
  'restore.failed': ({ path, problem, rolledBack }) =>
    `It failed at ${path}: ${problem}. ${rolledBack ? 'All files stand as before.' : 'Some files were restored and some not: look at them before you go on.'}`,
  'secret.inCommand': ({ placeholder }) =>
    `${placeholder} stands for a secret, and secrets are not put on a command line. Have the program read it from its file or environment itself.`,
  'step.unknown': ({ step, steps }) =>
    `The plan has no step ${step}: its steps are 1 to ${steps}. Give the number of one of them.`,
  'search.badPattern': ({ problem }) => `The pattern is not valid: ${problem}`,
  'diagnostics.noEditor': () =>
    "This run is not in an editor, so there are no diagnostics. Run the project's own checks with Bash.",
  'exec.spawnFailed': ({ problem }) => `The command could not be started: ${problem}.`,
  'fetch.badUrl': ({ problem }) => badUrls[problem],
  'fetch.address': ({ host, address }) =>
    `${host} leads to ${address}, which is this machine or no public one. Nothing was asked there. WebFetch reads the public web alone; a server that you started yourself is reached with Bash.`,
  'fetch.unresolved': ({ host }) => `There is no host ${host}, or its name cannot be looked up from here.`,
  'fetch.failed': ({ host, problem }) => `${host} could not be read: ${problem}.`,
  'fetch.slow': ({ host, seconds }) => `${host} did not send the page within ${seconds} s.`,
  'fetch.tooLarge': ({ host, mebibytes }) =>
    `The page of ${host} is larger than ${mebibytes} MiB, so it was not read. Look for a shorter one.`,
  'fetch.notText': ({ host, type }) =>
    `${host} sent a file of the type ${type}, which is no text that can be read here.`,
  'fetch.redirects': ({ host, limit }) => `${host} redirected more than ${limit} times.`,
  'git.pushChanged': ({ remote }) =>
    `What would be pushed to ${remote} is no longer what was asked about: the branch or the remote's settings have changed. Nothing was pushed; look at them, then push again.`,
  'git.pushAddress': ({ address }) =>
    `${address} is not an address that is pushed to from here: only https and ssh are. Nothing was pushed.`,
  'git.borrowedObjects': () =>
    "The repository takes objects from another place (alternates, or a link in its objects folder), so nothing is pushed with the person's credentials. Ask the person to push.",
  'git.pushRejected': ({ address, problem }) =>
    `${address} rejected the push: ${problem}\nNothing was pushed. Bring in what is there first; do not force it without being asked to.`,
  'git.pushFailed': ({ address, problem }) =>
    `The push to ${address} failed: ${problem}\nWhere credentials are missing, the person has to set them up.`,
  'run.limitReached': () => 'A limit of the run was reached before this was done, so it was not done.',
  'run.stopped': () => 'The run was stopped before this was done.',
  'sandbox.failed': ({ problem }) =>
    `The sandbox broke down, and the command and all background processes ended with it (${problem}). The next command gets a new one; start again what is still needed.`,
  'gate.refused': ({ rule, why }) =>
    `Refused by the rule ${rule}${refusedWhy(rule, why)}. Nothing was done. Reach the goal in a safer way that the rule allows, or leave this part out and say so; do not try the same thing by another route.`,
};

/** Why nobody has said yes or no. */
const outages: Readonly<Record<string, string>> = {
  'review.down': 'the reviewing model could not be reached',
  'review.slow': 'the reviewing model did not answer in time',
  'review.unreadable': 'the reviewing model gave no verdict',
  'review.tooLong': 'it is too long for the reviewing model',
  'review.limit': 'the reviewing model was not asked, since its call could have crossed a limit of the run',
  'review.unpriced': 'the reviewing model was not asked, since dollars are limited and its price is not known',
};

function refusedWhy(rule: string, why: string): string {
  if (why !== '') return `: ${why}`;
  const outage = Object.hasOwn(outages, rule) ? outages[rule] : undefined;
  return outage === undefined ? '' : `: ${outage}, and no person was there to decide`;
}

/** The sentence for any failure; one that is not the model's own names its code and nothing more. */
export function sayFailure(failure: Failure): string {
  const say = Object.entries(sentences).find(([code]) => code === failure.code)?.[1];
  if (say === undefined) return `This could not be done, for a reason outside your reach (${failure.code}).`;
  // A failure is made by the factory of its code, which is what fixes its arguments.
  return (say as (args: Failure['args']) => string)(failure.args);
}
