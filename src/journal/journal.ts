import { dirname } from 'node:path';
import type { Clock } from '../ports/clock.ts';
import type { Journal } from '../ports/journal.ts';
import { type EventBody, isKnown, parseEvent, protocolVersion, type RunEvent } from '../protocol/event.ts';
import { asFailure, failures, GatehouseError } from '../protocol/failure.ts';
import { anchorBytes } from './anchor.ts';
import { emptyHead, type Head, seal } from './chain.ts';
import { createFile, errorCode, makeFolder, type OpenFile, openForAppend, openForUpdate, syncFolder } from './files.ts';
import { anchorPath, type Home, journalPath } from './home.ts';
import { type JournalRead, readJournal } from './read.ts';

/** A run's journal, open for appending. One writer at a time. */
export interface RunJournal extends Journal {
  readonly path: string;
  /**
   * Waits for what was appended, anchors it as the end and closes: whatever follows then is damage, until the journal is
   * opened again. Later appends reject. May be called twice.
   */
  close(): Promise<void>;
}

/** Starts the journal of a new run; rejects with `journal.unwritable`, also where the run has one. */
export async function createJournal(home: Home, run: string, clock: Clock): Promise<RunJournal> {
  const path = journalPath(home, run);
  try {
    // The anchor comes first: after a crash in between there is an anchor without a run, and no run without an anchor.
    const anchor = await createFile(anchorPath(home, run));
    await anchor.write(anchorBytes(emptyHead));
    await anchor.sync();
    await anchor.close();
    await syncFolder(home.anchors);
    await makeFolder(dirname(path));
    const file = await createFile(path);
    await file.sync();
    await syncFolder(dirname(path));
    await syncFolder(home.runs);
    return writer(path, file, await openForUpdate(anchorPath(home, run)), emptyHead, clock);
  } catch (error) {
    throw unwritable(path, error);
  }
}

/**
 * Opens the journal of an earlier run to go on with it, once all of it is verified. A torn last line is cut off;
 * `read.tornBytes` says how much that was, and the caller appends `run.resumed` with it. Rejects as `readJournal` does, and
 * with `journal.newer` where a record is of a later version: who does not understand it all must not go on.
 */
export async function openJournal(
  home: Home,
  run: string,
  clock: Clock,
): Promise<{ journal: RunJournal; read: JournalRead }> {
  const path = journalPath(home, run);
  const read = await readJournal(home, run);
  if (read.unknown > 0) throw new GatehouseError(failures.journalNewer({ run, version: read.version }));
  const opened: OpenFile[] = [];
  try {
    const file = await openForAppend(path);
    opened.push(file);
    if (read.tornBytes > 0) await file.truncate(read.head.bytes);
    await file.sync();
    const anchor = await openForUpdate(anchorPath(home, run));
    opened.push(anchor);
    await anchor.write(anchorBytes(read.head), 0);
    await anchor.sync();
    return { journal: writer(path, file, anchor, read.head, clock), read };
  } catch (error) {
    for (const file of opened) await file.close();
    throw unwritable(path, error);
  }
}

const envelopeFields = ['v', 'seq', 'at', 'prev', 'hash'];

function writer(path: string, file: OpenFile, anchor: OpenFile, start: Head, clock: Clock): RunJournal {
  let head = start;
  let tail: Promise<unknown> = Promise.resolve();
  let broken: GatehouseError | null = null;
  let closing: Promise<void> | null = null;

  async function write(body: string, at: number): Promise<RunEvent> {
    if (broken !== null) throw broken;
    const seq = head.seq + 1;
    const { line, hash } = seal(
      `{"v":${protocolVersion},"seq":${seq},"at":${at},${body.slice(1, -1)},"prev":"${head.hash}"}`,
    );
    const event = readBack(line);
    let begun = false;
    try {
      if ((await file.size()) !== head.bytes) throw new Error('another writer');
      begun = true;
      await file.write(line);
      await Promise.all([file.sync(), anchor.sync()]);
      const next = { seq, hash, bytes: head.bytes + line.length };
      await anchor.write(anchorBytes(next), 0);
      head = next;
    } catch (error) {
      // Whoever asked must not act, and nothing may follow a record that perhaps is not there.
      broken = unwritable(path, error);
      if (begun) await takeBack(file, head, line.length);
      throw broken;
    }
    return event;
  }

  return {
    path,
    append(body) {
      if (closing !== null) return Promise.reject(unwritable(path, new Error('closed')));
      let text: string;
      try {
        text = bodyText(body);
      } catch (error) {
        return Promise.reject(new GatehouseError(asFailure(error), error));
      }
      const at = clock.now();
      const written = tail.then(() => write(text, at));
      tail = written.catch(() => undefined);
      return written;
    },
    close() {
      closing ??= tail.then(() => release(broken === null ? head : null, file, anchor));
      return closing;
    },
  };
}

/** `end` is null where a write failed: then nobody knows what stands at the end. */
async function release(end: Head | null, file: OpenFile, anchor: OpenFile): Promise<void> {
  try {
    if (end !== null) await anchor.write(anchorBytes(end, true), 0);
    await anchor.sync();
  } catch {
    // An anchor that stays open lets two records follow; the ones before it are held all the same.
  }
  await anchor.close();
  await file.close();
}

/** Taken when `append` is called, so that what the caller does to the object afterwards is not recorded. */
function bodyText(body: EventBody): string {
  const stray = envelopeFields.find(field => field in body);
  if (stray !== undefined) throw new Error(`an event's body holds ${stray}`);
  return JSON.stringify(body);
}

/** The event as a later reader gets it; throws `internal` where a later reader would refuse it. */
function readBack(line: Buffer): RunEvent {
  try {
    const event = parseEvent(JSON.parse(line.toString()));
    if (isKnown(event)) return event;
    throw new Error(`unknown event ${event.kind}`);
  } catch (error) {
    throw new GatehouseError(asFailure(error), error);
  }
}

/** Removes what a failed append left, but never bytes that somebody else has written. */
async function takeBack(file: OpenFile, head: Head, lineBytes: number): Promise<void> {
  try {
    const size = await file.size();
    if (size > head.bytes && size <= head.bytes + lineBytes) await file.truncate(head.bytes);
  } catch {
    // The half line stays, and the next reader cuts it off as torn.
  }
}

function unwritable(path: string, error: unknown): GatehouseError {
  if (error instanceof GatehouseError) return error;
  return new GatehouseError(failures.journalUnwritable({ path, problem: errorCode(error) }), error);
}
