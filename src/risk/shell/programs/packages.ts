import type { ProgramTable } from '../spec.ts';
import { bunPrograms } from './packages/bun.ts';
import { compiledPrograms } from './packages/compiled.ts';
import { dotnetPrograms } from './packages/dotnet.ts';
import { languagePrograms } from './packages/languages.ts';
import { nodePrograms } from './packages/node.ts';
import { npmPrograms } from './packages/npm.ts';
import { pythonPrograms } from './packages/python.ts';
import { systemPrograms } from './packages/system.ts';
import { taskPrograms } from './packages/tasks.ts';

/** Package managers, and the build tools that fetch, build and publish by name. */
export const packagePrograms: ProgramTable = {
  ...npmPrograms,
  ...nodePrograms,
  ...pythonPrograms,
  ...bunPrograms,
  ...compiledPrograms,
  ...dotnetPrograms,
  ...languagePrograms,
  ...taskPrograms,
  ...systemPrograms,
};
