import type { ProgramTable } from '../spec.ts';
import { gitPrograms } from './git.ts';

/** Every program that we know. One file a family; a name stands in one family only, which a test holds. */
export const families: readonly ProgramTable[] = [gitPrograms];

export const programs: ProgramTable = Object.assign({}, ...families);
