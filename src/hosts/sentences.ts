import type { ReasonCode } from '../gate/reasons.ts';
import type { Damage } from '../journal/read.ts';
import type { Reason } from '../protocol/decision.ts';
import type { Failure, FailureArgs, FailureCode } from '../protocol/failure.ts';
import { isolationSentences } from './isolationWords.ts';
import { riskSentence } from './riskSentences.ts';
import { ruledSentence } from './ruleWords.ts';
import { screenQuestion, screenRefusal, taintPlace } from './suspicionWords.ts';

/** For a person: what was wrong, then what to do. One entry per code, so that a failure without words does not compile. */
const failureSentences: { [C in FailureCode]: (args: FailureArgs<C>) => string } = {
  'tool.badInput': a =>
    `The model called ${a.tool} with arguments that do not fit (${a.problem}). It has been told and tries again; nothing was done.`,
  'tool.unknown': a => `The model called ${a.tool}, a tool that does not exist. It has been told which ones there are.`,
  'file.missing': a => `There is no file ${a.path}. Check the path, or let the model look for it with Glob.`,
  'file.notAFile': a => `${a.path} is a ${a.found}, not a file. Name a file inside it.`,
  'file.binary': a =>
    `${a.path} is a binary file (${size(a.bytes)}), which is not shown as text. Use a command that reads it.`,
  'file.tooLarge': a =>
    `${a.path} has ${size(a.bytes)}, more than the ${size(a.limit)} that are read. Read a part of it, or search in it with Grep.`,
  'file.notRead': a => `${a.path} was to be changed without having been read in this run. It has to be read first.`,
  'file.changed': a => `${a.path} has changed since it was read, so the edit was not made. It has to be read again.`,
  'file.unreadable': a => `${a.path} could not be read (${a.problem}). Check its permissions.`,
  'file.unwritable': a =>
    `${a.path} could not be written (${a.problem}). Check its permissions and the space left on the disk.`,
  'edit.noMatch': a => `The text to replace does not occur in ${a.path}. The file has to be read again.`,
  'edit.manyMatches': a =>
    `The text to replace occurs ${a.count} times in ${a.path}. It takes more of the surrounding text, or all of them at once.`,
  'edit.noChange': a => `The edit of ${a.path} would change nothing, so it was not made. The step can be left out.`,
  'secret.unknown': a =>
    `${a.placeholder} stands for no secret that this run has seen, so it cannot be put back. Read the file that holds the secret first.`,
  'secret.moved': a =>
    `${a.placeholder} stands for a secret that ${a.path} does not hold, and secrets are never copied into other files. If it belongs there, put it there yourself.`,
  'secret.cut': a =>
    `The text to replace cannot be told from a masked secret in ${a.path}. It takes more of the text around it.`,
  'secret.inCommand': a =>
    `A command contained ${a.placeholder}, and secrets are never put into commands. Let the command read the secret from its own file or environment.`,
  'search.badPattern': a => `The search pattern is not valid (${a.problem}). Correct the regular expression.`,
  'diagnostics.noEditor': () => 'There is no editor here to ask for problems. Run the compiler or the linter instead.',
  'exec.spawnFailed': a => `The command could not be started (${a.problem}). Check that bash and the folder exist.`,
  'fetch.badUrl': () =>
    'That is no address of a page that can be read: it has to be https or http, without a password.',
  'fetch.address': a =>
    `${a.host} leads to ${a.address}, which is this machine or no public one, so nothing was asked there. Pages are read from the public web alone.`,
  'fetch.unresolved': a => `There is no host ${a.host}, or its name cannot be looked up from here. Check the network.`,
  'fetch.failed': a => `${a.host} could not be read (${a.problem}). Check the network and try again.`,
  'fetch.slow': a => `${a.host} did not send the page within ${a.seconds} s. Try again later.`,
  'fetch.tooLarge': a => `The page of ${a.host} is larger than ${a.mebibytes} MiB, so it was not read.`,
  'fetch.notText': a => `${a.host} sent a file of the type ${a.type}, which is no text. Open it yourself.`,
  'fetch.redirects': a => `${a.host} redirected more than ${a.limit} times. Open the page yourself.`,
  'git.pushChanged': a =>
    `What would go to ${a.remote} was no longer what was asked about, so nothing was pushed. It has to be asked anew.`,
  'git.pushAddress': a => `${a.address} is no address of https or ssh, so nothing was pushed. Push there yourself.`,
  'git.borrowedObjects': () =>
    'The repository takes objects from another place, which a push with your credentials would send, so nothing was pushed. Look at .git/objects, then push yourself.',
  'git.pushRejected': a => `${a.address} rejected the push (${flat(a.problem)}). Bring in what is there first.`,
  'git.pushFailed': a =>
    `The push to ${a.address} failed (${flat(a.problem)}). Check the network, and that you can push there yourself.`,
  'run.ruled': a => ruledSentence(a),
  'run.limitReached': () => 'A limit was reached before this could happen. Raise it and go on with `gatehouse resume`.',
  'run.stopped': () => 'The run was stopped before this could happen. Start it again to go on.',
  'sandbox.unavailable': a =>
    `There is no sandbox for this command: ${sandboxWords(a.why)} \`gatehouse doctor\` says more.`,
  'sandbox.failed': a =>
    `The sandbox broke down, and what ran in it was ended (${a.problem}). The next command gets a new one; if it repeats: ${ours}`,
  'prompt.refused': a => screenRefusal(a.code, a.excerpt),
  'prompt.unconfirmed': a =>
    `${screenQuestion(a.code, a.excerpt)} Nobody was there to say so, so no model was asked. Run it in a terminal, or put the task differently.`,
  'gate.refused': a => `Not allowed: ${ruleSentence(a.rule, a.why)}`,
  'step.unknown': a => `The plan has no step ${a.step}; it has ${a.steps}.`,
  'plan.unanswered': a =>
    `A plan waits for you (${a.objective}). \`gatehouse resume\` shows it and asks; --accept-plan accepts it, and --answer says what is to be changed.`,
  'run.unanswered': a => `The agent asks: ${a.question} Answer with \`gatehouse resume --answer "…"\`.`,
  'run.refusals': a =>
    `The run paused, because ${a.count === 1 ? 'the same thing was' : `${a.count} things were`} refused one after the other (${flat(a.first)}) and nobody was there to ask. Look at its report, then go on with \`gatehouse resume\`: say with --answer what it may do, or answer at a terminal.`,
  'review.noDiff': a =>
    a.why === 'noRepository'
      ? 'There is no git repository here that can be read, so there is no diff to review.'
      : a.why === 'noBase'
        ? `There is no branch, tag or commit ${a.base} to compare with. Name one with --base.`
        : `What differs from ${a.base} could not be read. Check the repository with \`git status\`.`,
  'review.blocked': a =>
    `The reviewer found ${a.count === 1 ? 'something that blocks' : `${a.count} things that block`} (${a.file}${a.line > 0 ? `:${a.line}` : ''}), the agent did not mend it, and nobody waived it. Look at the report; what was changed stays.`,
  'review.unsettled': () =>
    'Files that this run changed went on changing while the end of the run was being checked, so what stands there was not checked and the run could not end well. End what still writes there, then resume the run.',
  'permit.used': () => `A permit was presented twice, so the effect did not happen. ${ours}`,
  'permit.expired': () =>
    `A permit had expired before it was used, so the effect did not happen. Try again; if it repeats: ${ours}`,
  'permit.forged': () => `A permit did not match its effect, so the effect did not happen. ${ours}`,
  'model.noKey': () =>
    'No API key is set, so there is no model to ask. Set ANTHROPIC_API_KEY; or point --base-url (or ANTHROPIC_BASE_URL) ' +
    'at a server of your own that speaks the Messages API; or try it without a model: `npm run demo` in a clone of ' +
    'Gatehouse, or `gatehouse rehearse SCRIPT`, which serves a scripted one.',
  'model.keyRejected': a =>
    `The API did not accept the key (${a.status}: ${a.message}). Check the key and that it belongs to this address.`,
  'model.forbidden': a =>
    `The key may not use the model ${a.model} (${a.message}). Choose another model, or ask for access to this one.`,
  'model.unknown': a =>
    `The API does not know the model ${a.model} (${a.message}). Choose another one with --model or in the settings.`,
  'model.contextTooLong': a =>
    `The conversation has become longer than the model takes (${a.message}). Start a new run with a smaller task.`,
  'model.badRequest': a =>
    `The API refused the request (${a.status}: ${a.message}). Check the model and the address that are set.`,
  'model.unreachable': a =>
    `The model could not be reached in ${times(a.attempts)} (${a.problem}). Check the network and the address, and try again.`,
  'model.priceUnknown': a =>
    `The price of ${a.model} is not known, so a limit in dollars could not be kept. Write its price into prices.json in the state folder, or leave that limit out.`,
  'model.wrongServer': a =>
    `What answers at ${a.origin} does not speak the Messages API (${a.found}). Check the address that is set.`,
  'model.cutOff': () =>
    'The run was cut off in the middle of a call to the model. What that may have cost at most is counted. Look at what the API has billed if you want to know it exactly.',
  'model.stalled': a =>
    `The model paused its turn ${a.pauses} times in a row and said nothing in between, so the run gave up. Try again later, or with another model.`,
  'model.refused': () => 'The model declined to go on with this task. Put the task differently, or split it up.',
  cancelled: () => 'It was cancelled before it was finished. Start it again if it is still wanted.',
  'journal.damaged': a =>
    `The journal of run ${a.run} is damaged${a.line > 0 ? ` at line ${a.line}` : ''}: ${damageWords(a.problem)}. Do not rely on it; restore it from a backup if there is one.`,
  'journal.cut': a =>
    `The journal of run ${a.run} was cut: it has ${a.found + 1} records, and ${a.expected + 1} were written. Do not rely on it; restore it from a backup if there is one.`,
  'journal.unwritable': a =>
    `The journal at ${a.path} could not be written (${a.problem}), and nothing is done that cannot be written down. Check the space and the permissions there.`,
  'journal.newer': a =>
    `Run ${a.run} was written by a newer Gatehouse (format ${a.version}). This one shows what it knows of the run and changes nothing; update Gatehouse to go on with it or to undo it.`,
  'run.unknown': a =>
    a.run === 'last'
      ? 'There is no run yet. `gatehouse run "TASK"` starts one.'
      : `There is no run ${a.run}. \`gatehouse runs\` lists the runs that there are.`,
  'run.ambiguous': a => `${a.run} fits ${a.count} runs. Give more of the id; \`gatehouse runs\` lists them.`,
  'state.unsafe': a =>
    `The state folder ${a.path} cannot be used: ${stateWords(a.problem)}. Mend that, or set GATEHOUSE_HOME to a folder that is yours alone and outside the workspace.`,
  'blob.missing': a =>
    `Bytes that the journal refers to are gone (${short(a.sha256)}). Restore the state folder from a backup.`,
  'blob.damaged': a =>
    `Bytes that the journal refers to are not what they were (${short(a.sha256)}), so they were not used. Restore the state folder from a backup.`,
  'checkpoint.gitMissing': () =>
    'There is no git on the PATH, and without it nothing can be undone. So this run only looks and changes nothing. Install git, or put it there.',
  'checkpoint.failed': a =>
    `The state of the workspace could not be kept (${a.problem}), so nothing was done. Check the space and the permissions of the state folder.`,
  'checkpoint.full': a =>
    `The disk is full, so the state of the workspace could not be kept in ${a.path} and nothing was done. Make room, for example with \`gatehouse gc\`, and resume the run.`,
  'checkpoint.after': a =>
    `The last command has ended, but what it changed could not be held: ${a.full ? 'the disk is full' : a.problem}. ${a.full ? 'Make room, for example with `gatehouse gc`' : 'Check the space and the permissions of the state folder'}; then resume the run, or undo it.`,
  'checkpoint.tooMany': a =>
    `The workspace has ${a.files} files that a checkpoint would have to hold, more than the ${a.limit} that it can. List what is generated in a .gitignore.`,
  'checkpoint.gone': a =>
    `${a.what} is not kept any more: old checkpoints were removed to bound the state’s size. The report still says what was changed.`,
  'checkpoint.unknown': a =>
    `Run ${a.run} has no checkpoint ${a.checkpoint}; its last one is ${a.last}. \`gatehouse checkpoints ${a.run}\` lists them.`,
  'restore.conflicts': a =>
    `${a.first}${a.files > 1 ? ` and ${a.files === 2 ? '1 more file' : `${a.files - 1} more files`} were` : ' was'} changed since, in the same places, so nothing was restored. Leave them as they are with --keep, or overwrite them with --overwrite.`,
  'restore.changed': a =>
    `${a.path} changed while it was being restored, so everything was put back as it was. Try again.`,
  'restore.nothing': a => `Nothing differs from checkpoint ${a.checkpoint}, so nothing was restored.`,
  'restore.stale': a =>
    `Files have changed since it was decided to restore checkpoint ${a.checkpoint}. Nothing was restored.`,
  'restore.tooMany': a =>
    `The agent wanted to restore ${a.files} files at once; at most ${a.limit} can be shown. Nothing was restored.`,
  'restore.failed': a =>
    `${a.path} could not be restored (${a.problem}). ${a.rolledBack ? 'Everything was put back as it was.' : 'Not everything could be put back: `gatehouse undo` takes it up again.'}`,
  'run.locked': a =>
    `Run ${a.run} is going on in process ${a.pid} on ${a.host}. Stop it there first, or wait until it has ended.`,
  'run.over': a => `Run ${a.run} has ended (${a.status}), so there is nothing to resume. Start a new run.`,
  'run.undecided': a =>
    `Run ${a.run} was cut off in the middle of an effect (${a.effect}). Say what to do with it: --on-doubt redo, skip or stop.`,
  ...isolationSentences,
  'search.ripgrepMissing': a =>
    `The program that searches files, ripgrep, was not found (looked at ${a.looked}). Install it, so that \`rg\` is in the PATH.`,
  'rehearsal.scriptInvalid': a =>
    `The script ${a.file} is wrong at line ${a.line}, column ${a.column}: ${a.problem}. Correct it there.`,
  'policy.halt': () => 'A rule of the policy ended the run.',
  'policy.ruleUnkept': () =>
    'The rule holds a secret, or there is no policy here that it could go into. Write it without the secret.',
  'policy.invalid': a =>
    `The policy ${a.file} cannot be used: line ${a.line}, column ${a.column}: ${a.problem}. Mend it; \`gatehouse policy check\` shows all that is wrong.`,
  'task.unknown': a => `There is no task ${a.task}. There are: ${a.names}.`,
  'task.needs': a =>
    `The task ${a.task} needs to know: ${a.value}. Give it with --set ${a.value}=…${a.value === 'file' ? ' (a path below the workspace)' : ', or in words after `run`'}.`,
  'task.flagged': a =>
    `The task ${a.task} in ${a.file} reads like an attack on whoever runs it (“${a.excerpt}”), so it is not run. Look at that file.`,
  'retention.invalid': a =>
    `The limits of what is kept, ${a.file}, are wrong: ${a.problem}. Correct it, or remove the file.`,
  'prices.invalid': a => `The price table ${a.file} is wrong: ${a.problem}. Correct it, or remove the file.`,
  'workspace.missing': a => `There is no folder ${a.path}. Name the folder to work in with --cwd.`,
  usage: a => `${a.problem}.`,
  internal: a => `Something went wrong inside Gatehouse (${a.problem}). ${ours}`,
};

const ours = 'That is a defect of Gatehouse: please report it with the run’s journal.';

const damages: { [D in Damage]: string } = {
  hash: 'the record there was changed',
  json: 'the line is not JSON',
  seq: 'a record is missing, doubled or moved',
  prev: 'the record does not follow the one before',
  schema: 'the record does not have the form of its kind',
  anchor: 'the record is not the one that was anchored outside the run’s folder',
  unanchored: 'records from there on were never anchored',
  afterEnd: 'the run had ended before, and something was added',
  anchorMissing: 'its anchor outside the run’s folder is gone',
  anchorUnreadable: 'its anchor outside the run’s folder cannot be read',
  noStart: 'it has no first record',
};

/** The `problem`s of `openHome`; anything else is the system's own error code. */
const stateProblems: Record<string, string> = {
  relative: 'its path has to be absolute',
  inWorkspace: 'it lies inside the workspace, where the agent could write',
  foreignLink: 'it is a link that belongs to another user',
  link: 'it is a link, where a folder of its own has to be',
  foreignOwner: 'it belongs to another user',
  notADirectory: 'it is not a folder',
  writableByOthers: 'other users can write to it, and its mode cannot be changed',
};

/** Why `openSandbox` found none. */
const sandboxReasons: Record<string, string> = {
  holdsHome: 'the workspace is the home folder or holds it. Open a folder inside it.',
  platform: 'there is none for this system. Use Linux, macOS, WSL 2 or a container that is the boundary.',
  bwrapMissing: 'bubblewrap is not installed. Install it; the package is called bubblewrap.',
  seccompMissing: 'the program that closes unix sockets is not there for this processor. Reinstall Gatehouse.',
  namespacesClosed:
    'this system does not let users make namespaces, as in many containers and on Ubuntu since 23.10. Open them, or declare the container to be the boundary.',
  runtimeMissing: 'its runtime does not start here. Reinstall Gatehouse.',
  notOpened: 'none was opened for this run.',
};

const sandboxWords = (why: string): string => wordsFrom(sandboxReasons, why);
const damageWords = (problem: string): string => wordsFrom(damages, problem);
const stateWords = (problem: string): string => wordsFrom(stateProblems, problem);

function wordsFrom(table: Readonly<Record<string, string>>, code: string): string {
  return Object.hasOwn(table, code) ? (table[code] ?? code) : code;
}

/** Why the gate decided as it did, and what a person can make of it. */
const reasonSentences: { [C in ReasonCode]: (args: Reason['args']) => string } = {
  'static.harmless': () => 'Nothing speaks against it.',
  uncontained: a =>
    `No sandbox holds it, so it counts as more than ${String(a['tier'] ?? 'it')}: it can do whatever you can do on this machine.`,
  'uncontained.leaves': () =>
    'It would run outside the sandbox, since the container engine is not reached from inside, so it is asked about each time.',
  'uncontained.alone': a =>
    a['what'] === 'git'
      ? 'Together with other programs it may change files but not what git keeps. Run the git command alone.'
      : 'Together with other programs it stays in the sandbox, where no container engine is reached. Run the container command alone, by its plain name.',
  'policy.rule': a => {
    const because = closed(String(a['because'] ?? ''));
    const rule = has(a, 'rule') ? `The rule “${String(a['rule'])}”` : 'A rule of the policy';
    return `${rule} applies.${because === '' ? '' : ` ${because}`}`;
  },
  'observed.host': a =>
    `It tried to reach ${has(a, 'host') ? String(a['host']) : 'a host'}${has(a, 'port') ? `:${a['port']}` : ''}, which it was not allowed to. A host that may be reached may also receive data.`,
  'observed.write': a => `It tried to write ${path(a, 'a file')}, which it was not allowed to.`,
  'observed.hostFile': a =>
    `It changed ${path(a, 'a file')}, which your own tools run or follow outside the sandbox; it was put back as it was.`,
  'observed.limit': a => `It used more ${String(a['limit'] ?? 'of this machine')} than a command may, and was ended.`,
  'observed.restored': a => `It changed ${path(a, 'a file')}, which is protected; the change was undone.`,
  'mode.plan': () => 'Plan mode only looks. Run it in mode ask or auto to change something.',
  'mode.ask': () => 'In mode ask, everything but looking is asked about. Mode auto asks less.',
  'review.allowed': a => `The reviewing model found nothing against it${because(a)}`,
  'review.asks': a => `The reviewing model leaves it to a person${because(a)}`,
  'review.denied': a => `The reviewing model refused it${because(a)}`,
  'review.down': a =>
    `The reviewing model${has(a, 'model') ? ` ${String(a['model'])}` : ''} could not be reached${has(a, 'problem') ? ` (${flat(String(a['problem']))})` : ''}, so nothing was said about it and a person decides. Another model can be chosen (--review-model, or the setting gatehouse.reviewModel).`,
  'review.slow': () =>
    'The reviewing model did not answer within 10 seconds, so nothing was said about it and a person decides.',
  'review.unreadable': () =>
    'The reviewing model answered something that is no verdict, so nothing counts as said and a person decides.',
  'review.tooLong': () => 'It is too long to be reviewed as a whole by a model, so a person decides.',
  'review.limit': () =>
    'The reviewing model was not asked, since its call could have crossed a limit of the run. Nothing was said about it and a person decides.',
  'review.unpriced': a =>
    `The reviewing model${has(a, 'model') ? ` ${String(a['model'])}` : ''} was not asked, since dollars are limited and nobody knows what it costs. A person decides. Its price can be written to prices.json, or another model be chosen (--review-model, or the setting gatehouse.reviewModel).`,
  'denied.before': a =>
    `The same was refused before${has(a, 'why') ? `: ${closed(String(a['why']))}` : ', in these or other words.'} It is not asked about again until you say something to the run.`,
  'denied.near': a =>
    `It would change ${path(a, 'a file')}, as something else would have that was refused in this run.`,
  'person.allowed': () => 'A person allowed it.',
  'person.denied': a => (has(a, 'why') ? `A person said no: ${String(a['why'])}` : 'A person said no.'),
  'edit.fileChanged': () =>
    'Its file was changed meanwhile in the same place. Allowing it now replaces what stands there, as the change shows.',
  'edit.nothingLeft': () => 'Its file has come to hold just this meanwhile, so there was nothing left to do.',
  nobodyToAsk: () =>
    'It needs a person to say yes, and nobody was there to ask. Run it in a terminal, or with --on-ask prompt.',
  stopped: () => 'The run was stopped before it was decided.',
  factsChanged: () =>
    'What it touches changed while the question was open, and would now be judged more strictly. It has to be asked anew.',
  'run.tainted': a =>
    `The run has read text that gives orders (${taintPlace(a)}). What may leave this machine or outlast the run is asked about from then on.`,
  'bound.paths': a =>
    `It would change ${path(a, 'a file')}, and this task is only to change ${String(a['allowed'] ?? 'some paths')}.`,
  'bound.said': a =>
    has(a, 'why')
      ? `It may go against what you said (“${String(a['why'])}”), so you are asked.`
      : 'It may go against what you said, so you are asked.',
  gateFault: () => `The gate itself failed, and what cannot be judged is not done. ${ours}`,
};

/** A failure in words for a person; codes of other versions are named as they are. Text in it is not made safe for a terminal. */
export function sentenceFor(failure: Failure): string {
  const table: Record<string, ((args: never) => string) | undefined> = failureSentences;
  const say = Object.hasOwn(table, failure.code) ? table[failure.code] : undefined;
  return say ? say(failure.args as never) : `It failed with the code ${failure.code}${details(failure.args)}.`;
}

/** Those that tell a person something: that the mode asks about everything does not where something speaks against it. */
export function tellingReasons(reasons: readonly Reason[]): readonly Reason[] {
  const others = reasons.filter(({ code }) => code !== 'mode.ask' && code !== 'static.harmless');
  return others.length === 0 ? reasons : others;
}

/** A reason of the gate in words for a person. */
export function reasonSentence(reason: Reason): string {
  return knownSentence(reason) ?? `The rule ${reason.code} applies${details(reason.args)}.`;
}

/** Why something was refused. A finding of the static risk refuses only as a floor, which nobody lifts. */
export function refusalSentence(reason: Reason): string {
  const floor = riskSentence(reason.code, reason.args);
  return floor === null ? reasonSentence(reason) : `${floor} No run may do that. Do it yourself if it is needed.`;
}

/** null for a code that neither the gate nor the static risk has. */
function knownSentence({ code, args }: Reason): string | null {
  const table: Record<string, ((args: Reason['args']) => string) | undefined> = reasonSentences;
  const say = Object.hasOwn(table, code) ? table[code] : undefined;
  return say ? say(args) : riskSentence(code, args);
}

/** The failure `gate.refused` carries a reason's code and one argument, or the id of a policy's rule and its `because`. */
function ruleSentence(rule: string, why: string): string {
  const args = why === '' ? {} : { why, path: why, host: why };
  const ofPolicy = { code: 'policy.rule', args: { rule, because: why } };
  return refusalSentence(knownSentence({ code: rule, args }) === null ? ofPolicy : { code: rule, args });
}

function details(args: Record<string, string | number | boolean>): string {
  const parts = Object.entries(args).map(([name, value]) => `${name}: ${value}`);
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** What somebody else wrote, with a full stop where it has none. */
const closed = (text: string): string => (text === '' || /[.!?…]$/.test(text) ? text : `${text}.`);
const because = (args: Reason['args']): string => (has(args, 'why') ? `: ${closed(String(args['why']))}` : '.');
const has = (args: Reason['args'], name: string): boolean => args[name] !== undefined;
const path = (args: Reason['args'], otherwise: string): string => String(args['path'] ?? otherwise);
/** Lines of a program as one. */
const flat = (text: string): string => text.replaceAll(/\s*\n\s*/g, '; ');
const times = (count: number): string => (count === 1 ? 'one attempt' : `${count} attempts`);
const short = (sha256: string): string => sha256.slice(0, 12);

function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
