import { z } from 'zod';
import { isKnown, parseEvent, protocolVersion, type RunEvent } from '../protocol/event.ts';
import { asFailure, type Failure, failures, GatehouseError } from '../protocol/failure.ts';
import { type Anchored, anchorLag, readAnchor } from './anchor.ts';
import { emptyHead, type Head, lineCutter, sealOf } from './chain.ts';
import { errorCode, readPieces } from './files.ts';
import { type Home, journalPath } from './home.ts';

/**
 * What `problem` in `journal.damaged` can be. Of a line: `hash` (it or its hash was changed), `json`, `seq` (a record is
 * missing, doubled or moved), `prev` (it does not follow the record before), `schema`. Of the journal against its anchor:
 * `anchor` (the line is not the record that was anchored), `unanchored` (records from here on were never anchored),
 * `afterEnd` (the journal was closed before this line, whatever it holds). Of the anchor alone, with line 0: `anchorMissing`, `anchorUnreadable`. `noStart`, with line 0: there is no first record.
 */
export type Damage =
  | 'hash'
  | 'json'
  | 'seq'
  | 'prev'
  | 'schema'
  | 'anchor'
  | 'unanchored'
  | 'afterEnd'
  | 'anchorMissing'
  | 'anchorUnreadable'
  | 'noStart';

export interface JournalScan {
  /** Records in the chain, those of unknown kind included. */
  records: number;
  /** Records of kinds, or in a form, that this version does not know: then it may read the run and not go on with it. */
  unknown: number;
  /** The highest version that a record names. */
  version: number;
  /** Bytes of a last line that a crash cut short; they hold no record. */
  tornBytes: number;
  head: Head;
}

export interface JournalRead extends JournalScan {
  events: RunEvent[];
}

/** All events of known kinds. Rejects as `scanJournal` does. */
export async function readJournal(home: Home, run: string): Promise<JournalRead> {
  const events: RunEvent[] = [];
  const scan = await scanJournal(home, run, event => events.push(event));
  return { ...scan, events };
}

/**
 * Walks a journal, checks every record and the anchor, and hands each known event to `visit` as it goes. A tail without
 * a newline is a torn write and only counted, unless the journal was closed. Records of a later version are checked as all are,
 * and not visited. Rejects with `journal.damaged` (a `Damage`, with the line), `journal.cut` or `run.unknown`; `visit` may
 * have seen the events before the damage.
 */
export async function scanJournal(home: Home, run: string, visit: (event: RunEvent) => void): Promise<JournalScan> {
  // Read before the journal: a run that goes on meanwhile is then ahead of its anchor, and never seems cut.
  const anchor = await readAnchor(home, run);
  const scan: JournalScan = { records: 0, unknown: 0, version: protocolVersion, tornBytes: 0, head: emptyHead };
  const cutter = lineCutter();
  try {
    for await (const piece of readPieces(journalPath(home, run))) {
      for (const line of cutter.push(piece)) {
        const event = readLine(run, line, scan.head);
        scan.version = Math.max(scan.version, event.v);
        scan.head = { seq: event.seq, hash: event.hash, bytes: scan.head.bytes + line.length + 1 };
        scan.records++;
        if (typeof anchor === 'object' && anchor.seq === event.seq && !sameHead(anchor, scan.head))
          throw damaged(run, scan.records, 'anchor');
        if ('later' in event || !isKnown(event)) scan.unknown++;
        else visit(event);
      }
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') throw new GatehouseError(failures.runUnknown({ run }), error);
    throw error;
  }
  scan.tornBytes = cutter.end().length;
  if (anchor === 'missing') throw damaged(run, 0, 'anchorMissing');
  if (anchor === 'unreadable') throw damaged(run, 0, 'anchorUnreadable');
  if (scan.head.seq < anchor.seq)
    throw new GatehouseError(failures.journalCut({ run, expected: anchor.seq, found: scan.head.seq }));
  await checkLead(home, run, anchor, scan);
  return scan;
}

type Line = ReturnType<typeof parseEvent> | (z.infer<typeof Later> & { later: true });

function readLine(run: string, line: Buffer, before: Head): Line {
  const number = before.seq + 2;
  if (sealOf(line) === null) throw damaged(run, number, 'hash');
  let value: unknown;
  try {
    value = JSON.parse(line.toString());
  } catch {
    throw damaged(run, number, 'json');
  }
  // Later versions keep the line's form, so the chain is checked through them.
  const later = Later.safeParse(value).data;
  let event: Line;
  try {
    event = later === undefined ? parseEvent(value) : { ...later, later: true };
  } catch {
    throw damaged(run, number, 'schema');
  }
  if (event.seq !== before.seq + 1) throw damaged(run, number, 'seq');
  if (event.prev !== before.hash) throw damaged(run, number, 'prev');
  return event;
}

const Later = z.object({
  v: z.number().int().gt(protocolVersion),
  seq: z.number().int(),
  prev: z.string(),
  hash: z.string(),
});

/** What stands beyond the anchor; a run that went on since the anchor was read has moved it. */
async function checkLead(home: Home, run: string, anchor: Anchored, { head, tornBytes }: JournalScan): Promise<void> {
  const beyond = (last: Anchored): Damage | null => {
    if (last.closed && (head.seq > last.seq || tornBytes > 0)) return 'afterEnd';
    return head.seq > last.seq + anchorLag ? 'unanchored' : null;
  };
  if (beyond(anchor) === null) return;
  const later = await readAnchor(home, run);
  const last = typeof later === 'object' ? later : anchor;
  const problem = beyond(last);
  if (problem !== null) throw damaged(run, last.seq + (problem === 'afterEnd' ? 0 : anchorLag) + 2, problem);
}

function sameHead(a: Head, b: Head): boolean {
  return a.seq === b.seq && a.hash === b.hash && a.bytes === b.bytes;
}

function damaged(run: string, line: number, problem: Damage): GatehouseError {
  return new GatehouseError(failures.journalDamaged({ run, line, problem }));
}

export interface Verified {
  ok: boolean;
  /** Records that hold, up to the first that does not. */
  records: number;
  /** Hash of the last record that was looked at and holds; null where there is none or the journal is refused. */
  head: string | null;
  /** Whether the anchor agrees. */
  anchored: boolean;
  /** Bytes of a torn last line, 0 for none: no damage, since the record was never acknowledged. */
  tornBytes: number;
  /** Records that this version does not understand; their chain holds all the same. */
  unknown: number;
  failure: Failure | null;
}

/** What `gatehouse verify` tells. Never rejects for the journal's state; a run that is not there is a failure as well. */
export async function verifyRun(home: Home, run: string): Promise<Verified> {
  let records = 0;
  try {
    const scan = await scanJournal(home, run, () => records++);
    const { hash } = scan.head;
    return {
      ok: true,
      records: scan.records,
      head: scan.records === 0 ? null : hash,
      anchored: true,
      tornBytes: scan.tornBytes,
      unknown: scan.unknown,
      failure: null,
    };
  } catch (error) {
    return { ok: false, records, head: null, anchored: false, tornBytes: 0, unknown: 0, failure: asFailure(error) };
  }
}
