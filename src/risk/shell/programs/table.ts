import type { ProgramTable } from '../spec.ts';
import { archives } from './archives.ts';
import { buildPrograms } from './builds.ts';
import { cloud } from './cloud.ts';
import { containers } from './containers.ts';
import { databases } from './databases.ts';
import { desktop } from './desktop.ts';
import { disks } from './disks.ts';
import { editors } from './editors.ts';
import { files } from './files.ts';
import { find } from './find.ts';
import { forges } from './forges.ts';
import { gitPrograms } from './git.ts';
import { http } from './http.ts';
import { interpreters } from './interpreters.ts';
import { migrations } from './migrations.ts';
import { network } from './network.ts';
import { packagePrograms } from './packages.ts';
import { processes } from './processes.ts';
import { rsync } from './rsync.ts';
import { secrets } from './secrets.ts';
import { shells } from './shells.ts';
import { system } from './system.ts';
import { text } from './text.ts';
import { wrappers } from './wrappers.ts';

/** Every program that we know. One file a family; a name stands in one family only, which a test holds. */
export const families: readonly ProgramTable[] = [
  archives,
  buildPrograms,
  cloud,
  containers,
  databases,
  desktop,
  disks,
  editors,
  files,
  find,
  forges,
  gitPrograms,
  http,
  interpreters,
  migrations,
  network,
  packagePrograms,
  processes,
  rsync,
  secrets,
  shells,
  system,
  text,
  wrappers,
];

export const programs: ProgramTable = Object.assign({}, ...families);
