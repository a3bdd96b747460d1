import type { ProgramTable } from '../spec.ts';
import { compilerPrograms } from './builds/compilers.ts';
import { linterPrograms } from './builds/linters.ts';
import { makePrograms } from './builds/make.ts';
import { scriptPrograms } from './builds/scripts.ts';
import { sitePrograms } from './builds/sites.ts';
import { testPrograms } from './builds/tests.ts';

/** What projects build, test, check and serve themselves with. */
export const buildPrograms: ProgramTable = {
  ...makePrograms,
  ...compilerPrograms,
  ...testPrograms,
  ...linterPrograms,
  ...sitePrograms,
  ...scriptPrograms,
};
