import type { ProgramTable } from '../spec.ts';

/** Every program that we know. One file a family; a name stands in one family only, which a test holds. */
export const families: readonly ProgramTable[] = [];

export const programs: ProgramTable = Object.assign({}, ...families);
