// Loaded into the command line before it starts, as `node --import` does: ends its process at one exact moment.
import assert from 'node:assert/strict';
import { promises, readFileSync, readlinkSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

/** `after:N` and `before:N`: once N records are on disk, or when record N (from 0) is about to be written. `rename:NAME`, `link:NAME`: when a file is about to come to this name. */
const [moment = '', value = ''] = (process.env['KILL_AT'] ?? '').split(/:(.*)/s);
// None of this is for the processes that it starts.
delete process.env['KILL_AT'];
delete process.env['NODE_OPTIONS'];

const die = (): void => {
  process.kill(process.pid, 'SIGKILL');
};

function records(fd: number): number {
  const path = readlinkSync(`/proc/self/fd/${fd}`);
  return basename(path) === 'journal.ndjson' ? readFileSync(path, 'utf8').split('\n').length - 1 : -1;
}

if (moment === 'after' || moment === 'before') {
  const handle = await promises.open('/dev/null');
  const prototype: promises.FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const datasync: unknown = Reflect.get(prototype, 'datasync');
  const write: unknown = Reflect.get(prototype, 'write');
  assert.ok(typeof datasync === 'function' && typeof write === 'function');
  prototype.datasync = async function (this: promises.FileHandle) {
    await Reflect.apply(datasync, this, []);
    if (moment === 'after' && records(this.fd) >= Number(value)) die();
  };
  const wrapped = async function (this: promises.FileHandle, ...args: unknown[]) {
    if (moment === 'before' && records(this.fd) >= Number(value)) die();
    return Reflect.apply(write, this, args);
  };
  Reflect.set(prototype, 'write', wrapped);
} else {
  const { rename, link } = promises;
  promises.rename = async (from, to) => {
    if (moment === 'rename' && basename(String(to)) === value) die();
    return rename(from, to);
  };
  promises.link = async (from, to) => {
    if (moment === 'link' && basename(String(to)) === value) die();
    return link(from, to);
  };
  syncBuiltinESMExports();
}
