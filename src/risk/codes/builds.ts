/** Why a build tool, test runner or linter is more than low: one line for a developer. Words in braces are the finding's args. */
export const buildCodes = {
  'builds.variableRuns': 'It sets {name} to something that the build runs as a command.',
  'builds.variableUnread': 'It sets {name} to a value that is only known when it runs.',
  'builds.otherFile': 'It takes the build’s rules from {path}, which was not read.',
  'builds.inlineRules': 'It gives the build rules on the command line.',
  'builds.loads': 'It loads or runs a program named on the command line ({flag}).',
  'builds.plugin': 'It loads a plugin into the compiler or the tool ({flag}).',
  'builds.installs': 'It installs what was built, usually for the whole machine.',
  'builds.submits': 'It sends build or test results to a server.',
  'builds.publishes': '{program} publishes what it builds.',
  'builds.deploys': '{program} sends what it builds to a server.',
  'builds.downloads': '{program} downloads what it needs.',
  'builds.adds': '{program} adds packages to the project and runs their set-up.',
  'builds.debugPort': 'It opens a port through which others can control the program.',
  'builds.runsCode': 'It runs code given on the command line.',
  'builds.runsProgram': 'It starts the program that it inspects.',
  'builds.unread': 'What {program} runs is only known when it runs.',
  'builds.snapshots': 'It rewrites the expected results of tests, so that they pass whatever happened.',
  'builds.listensWide': '{program} serves to the whole network and not only to this machine.',
  'builds.outlives': '{program} starts programs that go on after the command.',
  'builds.startsAtBoot': '{program} makes programs start with the machine.',
  'builds.stopsOthers': '{program} stops programs that others may have started.',
  'builds.hooks': '{program} installs hooks that git runs outside the sandbox.',
  'builds.unknown': 'A command of {program} that we do not know.',
  'builds.indirect': 'It runs “{name}”, which was not read.',
} as const;

export type BuildCode = keyof typeof buildCodes;
