import type { ProgramTable } from '../spec.ts';
import { cloud } from './cloud.ts';
import { containers } from './containers.ts';
import { databases } from './databases.ts';
import { forges } from './forges.ts';
import { gitPrograms } from './git.ts';
import { http } from './http.ts';
import { migrations } from './migrations.ts';
import { network } from './network.ts';

/** Every program that we know. One file a family; a name stands in one family only, which a test holds. */
export const families: readonly ProgramTable[] = [
  cloud,
  containers,
  databases,
  forges,
  gitPrograms,
  http,
  migrations,
  network,
];

export const programs: ProgramTable = Object.assign({}, ...families);
