import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { Manifest } from '../../risk/facts.ts';
import { smallText } from '../git/repository.ts';
import { isInside } from '../workspace.ts';
import { standsAt } from './held.ts';
import { readMakefile } from './makefile.ts';

/** By runner. null: there is none, or none whose tasks can be told. */
export type Manifests = Readonly<Record<string, Manifest | null>>;

const maxBytes = 1024 * 1024;

/** The tasks that a runner started in `directory` would find. `directory` is real and in the workspace. */
export function readManifests(directory: string, root: string): Manifests {
  return {
    npm: nearest(directory, root, 'package.json', readPackage),
    make: make(directory),
    composer: manifest(join(directory, 'composer.json'), readComposer),
    deno: nearest(directory, root, 'deno.json', readDeno),
  };
}

type Read = (text: string) => Record<string, string> | null;

function nearest(directory: string, root: string, name: string, read: Read): Manifest | null {
  for (let at = directory; isInside(root, at); at = dirname(at)) {
    if (standsAt(join(at, name))) return manifest(join(at, name), read);
    if (at === dirname(at)) return null;
  }
  return null;
}

/** make takes the first of these that is there, and looks nowhere else. */
function make(directory: string): Manifest | null {
  const name = ['GNUmakefile', 'makefile', 'Makefile'].find(each => standsAt(join(directory, each)));
  return name === undefined ? null : manifest(join(directory, name), readMakefile);
}

/** A link, or a file too long to be read, is what the runner would take, and nobody knows what it says. */
function manifest(file: string, read: Read): Manifest | null {
  const text = smallText(file, maxBytes);
  const tasks = text === null ? null : read(text);
  return tasks === null ? null : { file, tasks };
}

const Tasks = z.record(z.string(), z.unknown());
const Package = z.object({ scripts: Tasks.optional() });
const Deno = z.object({ tasks: Tasks.optional() });

function readPackage(text: string): Record<string, string> | null {
  const read = Package.safeParse(parsed(text));
  return read.success ? kept(read.data.scripts, one) : null;
}

function readDeno(text: string): Record<string, string> | null {
  const read = Deno.safeParse(parsed(text));
  return read.success ? kept(read.data.tasks, one) : null;
}

/** Of composer's tasks those that are shell alone: no callbacks into PHP, no references to other tasks. */
function readComposer(text: string): Record<string, string> | null {
  const read = Package.safeParse(parsed(text));
  if (!read.success) return null;
  return kept(read.data.scripts, task => {
    const lines = z.union([z.string(), z.array(z.string())]).safeParse(task);
    if (!lines.success) return null;
    const all = [lines.data].flat();
    return all.some(line => line.startsWith('@') || line.includes('::')) ? null : all.join('\n');
  });
}

function one(task: unknown): string | null {
  return typeof task === 'string' ? task : null;
}

function kept(tasks: Record<string, unknown> = {}, read: (task: unknown) => string | null): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tasks).flatMap(([name, task]) => {
      const text = read(task);
      return text === null ? [] : [[name, text]];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return undefined;
  }
}
