import type { TaskClass, TaskText } from './task.ts';

/** Where tests stand in most projects, by the conventions of their runners. */
const testPaths = [
  '**/test/**',
  '**/tests/**',
  '**/__tests__/**',
  '**/spec/**',
  '**/testdata/**',
  '**/fixtures/**',
  '**/*.test.*',
  '**/*.spec.*',
  '**/*_test.*',
  '**/test_*',
  '**/*Test.*',
  '**/*Tests.*',
];

const texts = {
  'fix-tests': {
    title: 'Fix failing tests',
    about: 'Finds out why tests fail and mends the cause.',
    prompt: `Tests of this project fail. Find out why, and mend the cause. {input}

- Run {test} first and read every failure. Group failures that have one cause.
- For each cause, find the code that is wrong before you change anything, and say in a line what is wrong with it.
- Mend the code, not the test. Where a test itself is wrong, say how you know, and change no more of it than that. Skip, loosen or delete none.
- After each fix run the tests that failed, and at the end all of them.
- A test that also fails without any change of yours for reasons outside this project (network, missing service) is told about and left.`,
    acceptance: ['{test}'],
    limits: { turns: 80, minutes: 60, files: 15, lines: 600 },
  },
  'write-tests': {
    title: 'Write tests for a file',
    about: 'Adds tests for one file, and changes nothing but tests.',
    prompt: `Write tests for {file}. {input}

- Read the file, its callers, and the tests that are there. Follow their runner, layout, names and helpers.
- Test behaviour that a caller relies on: the usual case, the edges (empty, one, many, too large, wrong kind), and each error. Not how it is written inside.
- See each new test fail for the right reason once: break the expectation, or say why the code shows it. A test that cannot fail is worth nothing.
- Change tests and their fixtures only. Where you find a defect, write the test that shows it, mark it in the runner's own way as known to fail, and tell about it; do not mend it here.
- No timing, no network, no order between tests. Run {test} at the end.`,
    acceptance: ['{test}'],
    limits: { turns: 60, minutes: 45, files: 10, lines: 800 },
    paths: testPaths,
  },
  lint: {
    title: 'Clean up lint findings',
    about: 'Mends what the linter finds, without changing behaviour.',
    prompt: `Mend what the linter of this project finds. {input}

- Run {lint} and look at its findings by rule. Let the linter's own safe fixes go first, then the rest by hand, one rule at a time.
- Behaviour stays as it is. Where a finding points at a real defect, tell about it rather than quietly changing what the code does.
- Change no rule, add no exception and no comment that switches a rule off. Where a finding is plainly wrong, leave it and say why.
- Touch only lines that a finding is about.
- Run {lint} and {test} at the end.`,
    acceptance: ['{lint}', '{test}'],
    limits: { turns: 80, minutes: 60, lines: 1500 },
  },
  'typed-refactor': {
    title: 'Refactor under the type checker',
    about: 'Changes structure in small steps that the types and tests confirm.',
    prompt: `Refactor this code: {goal}

- Find every use of what you are about to change before you change it: callers, tests, documentation, names in strings.
- Run {types} and {test} first, so that you know what was green.
- Go in small steps, each of which leaves {types} green. Let the type checker lead you to the next place. No cast, no escape from the type system, no suppressed error.
- Behaviour, names of public interfaces and file formats stay as they are unless that is the goal.
- Remove what nothing uses any more because of your change, and nothing else.
- Run {types} and {test} at the end.`,
    acceptance: ['{types}', '{test}'],
    limits: { turns: 150, minutes: 120, lines: 3000 },
  },
  'upgrade-dependency': {
    title: 'Upgrade a dependency',
    about: 'Moves one dependency to a newer version and adapts the code.',
    prompt: `Upgrade this dependency: {dependency}. {input}

- Find out which version is used, how it is pinned, and where the code uses it.
- Read the changelog or migration guide between the two versions as far as it can be reached (in the installed package, or on its page), and list the breaking changes that concern this code before you change anything.
- Upgrade this one dependency with the project's own package manager, so that the lock file fits. Nothing else moves unless it must, and then say why.
- Adapt the code to the new interface rather than around it: no shims where the new way is plain.
- Run {test} and {build} before and after, and compare. Tell about deprecation warnings that are new.`,
    acceptance: ['{test}', '{build}'],
    limits: { turns: 100, minutes: 90, lines: 5000 },
  },
  'migrate-api': {
    title: 'Migrate to another API',
    about: 'Moves every use of one interface to another.',
    prompt: `Migrate the code from one interface to another: {change}

- List every use of the old interface first: direct calls, re-exports, mocks in tests, documentation, configuration. Keep that list and tick it off.
- Say how each form of the old interface is written in the new one, with what differs in behaviour (defaults, errors, order, units, null). Where a form has no equal, stop and say so rather than inventing one.
- Migrate one use, run {test}, and look at the change as a reviewer would. Then the rest, in groups that can be reviewed.
- No use of the old interface is left at the end, unless you were told to keep it. Search again to show it.
- Run {types} and {test} at the end.`,
    acceptance: ['{types}', '{test}'],
    limits: { turns: 200, minutes: 180, lines: 5000 },
  },
  optimize: {
    title: 'Optimize, measured before and after',
    about: 'Makes something faster or smaller, with a benchmark that shows it.',
    prompt: `Make this faster or smaller: {what}

- Measure first. Use the project's own benchmark if there is one, else write a small one that does what users do with realistic data, and keep it beside the project's benchmarks or tests. Repeat it until the spread is known, and write the figures down.
- Find where the time or memory goes by measuring (a profile, counters), not by guessing. Say what you found.
- Change one thing at a time and measure again. Keep only what helps by clearly more than the spread; take back the rest.
- Behaviour stays as it is, to the last bit of output. Run {test} after each change that you keep.
- Readable beats clever: a change that costs clarity needs a figure that is worth it.
- At the end give a table: measure, before, after, spread, how to repeat it.`,
    acceptance: ['{test}'],
    limits: { turns: 120, minutes: 120, lines: 1500 },
  },
  document: {
    title: 'Explain and document',
    about: 'Explains code and writes down what is missing, without changing what it does.',
    prompt: `Explain {file} and document it. {input} {selection}

- Read it, what it calls and who calls it, until you can say what it is for, what it promises and what it relies on. Say what you could not find out rather than guessing.
- First explain it to somebody who has to change it tomorrow: purpose, the path of one typical call, what may surprise, where the edges are. Short.
- Then write down what a reader of the code lacks: contracts of public functions (arguments, units, errors, what is not obvious), and why, where the code cannot say it. In the language, style and form that the project's documentation has.
- Nothing that repeats what the code plainly says. No change of behaviour: comments and documentation only.
- Run {test} at the end if you changed a source file.`,
    limits: { turns: 40, minutes: 30, lines: 400 },
  },
  scaffold: {
    title: 'Scaffold something new',
    about: 'Lays out a new module, command or project in the way of this one.',
    prompt: `Lay out something new: {what}

- Look for the nearest thing that exists here and follow it: layout, names, tools, tests, how it is registered, built and documented.
- Say in a few lines which files you will make and what each is for, before you make them.
- Make the smallest thing that works from end to end, with one real test, rather than many empty files. No placeholder that does nothing, no sample code that nobody will use.
- Use the libraries that are here. Add none unless you were asked to.
- Register it where things of its kind are registered, and document it where they are documented.
- Run {build} and {test} at the end.`,
    acceptance: ['{build}', '{test}'],
    limits: { turns: 100, minutes: 90, files: 40, lines: 3000 },
  },
} satisfies Record<string, TaskText>;

export type BuiltinName = keyof typeof texts;

/** Ours, in the order in which they are shown. */
export const builtinTasks: readonly TaskClass[] = Object.entries(texts).map(([name, text]) => ({
  ...text,
  name,
  from: 'builtin',
  place: null,
}));
