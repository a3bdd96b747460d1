import type { ProgramTable } from '../spec.ts';
import { archives } from './archives.ts';
import { buildPrograms } from './builds.ts';
import { cloud } from './cloud.ts';
import { compute } from './compute.ts';
import { containers } from './containers.ts';
import { databases } from './databases.ts';
import { desktop } from './desktop.ts';
import { disks } from './disks.ts';
import { editors } from './editors.ts';
import { files } from './files.ts';
import { find } from './find.ts';
import { forges } from './forges.ts';
import { gitPrograms } from './git.ts';
import { hosting } from './hosting.ts';
import { http } from './http.ts';
import { infrastructure } from './infrastructure.ts';
import { interpreters } from './interpreters.ts';
import { kubernetes } from './kubernetes.ts';
import { migrations } from './migrations.ts';
import { network } from './network.ts';
import { outward } from './outward.ts';
import { packagePrograms } from './packages.ts';
import { processes } from './processes.ts';
import { rsync } from './rsync.ts';
import { search } from './search.ts';
import { secrets } from './secrets.ts';
import { shells } from './shells.ts';
import { sqlitePrograms } from './sqlite.ts';
import { system } from './system.ts';
import { text } from './text.ts';
import { wrappers } from './wrappers.ts';

/** Every program that we know. One file a family; a name stands in one family only, which a test holds. */
export const families: readonly ProgramTable[] = [
  archives,
  buildPrograms,
  cloud,
  compute,
  containers,
  databases,
  desktop,
  disks,
  editors,
  files,
  find,
  forges,
  gitPrograms,
  hosting,
  http,
  infrastructure,
  interpreters,
  kubernetes,
  migrations,
  network,
  outward,
  packagePrograms,
  processes,
  rsync,
  search,
  secrets,
  shells,
  sqlitePrograms,
  system,
  text,
  wrappers,
];

export const programs: ProgramTable = Object.assign({}, ...families);
