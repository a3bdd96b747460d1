import { z } from 'zod';

const id = z.string().min(1);
const list = z.array(z.string());

export const Limits = z.object({
  memoryBytes: z.number().positive(),
  processes: z.number().int().positive(),
  /** Bytes that one command may write to disks. */
  diskBytes: z.number().positive(),
  /** Below so much free space no command goes on. */
  freeBytes: z.number().nonnegative(),
});
export type Limits = z.infer<typeof Limits>;

const View = z.object({ root: z.string(), home: z.string(), write: list, open: list, protect: list, absent: list });

const some = list.readonly();
const Seatbelt = z.object({
  hide: some,
  blank: some,
  read: some,
  write: some,
  protect: some,
  absent: some,
  tmpDir: z.string(),
});

/** What the run tells its helper, one JSON object a line. */
export const Request = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('open'),
    bwrap: z.string(),
    /** An existing folder for sockets; the helper's working directory. */
    dir: z.string(),
    limits: Limits,
    applySeccomp: z.string(),
    /** Where some hosts are instead of where their name leads: for tests. */
    elsewhere: z.record(z.string(), z.object({ host: z.string(), port: z.number().int() })),
  }),
  z.object({
    type: z.literal('start'),
    id,
    command: z.string(),
    cwd: z.string(),
    /** `{observer}` stands for the path of the observer's socket. */
    argv: list.min(1),
    env: z.record(z.string(), z.string()),
    /** A named pipe that takes both streams. */
    output: z.string(),
    hosts: list,
    view: View,
    /** What to hold it by, where the argument list does not. */
    seatbelt: Seatbelt.nullable(),
    seccomp: z.string().nullable(),
  }),
  z.object({ type: z.literal('kill'), id, gently: z.boolean() }),
  /** Answered by `accounted`. */
  z.object({ type: z.literal('account') }),
]);
export type Request = z.infer<typeof Request>;

/** Processor time of commands that no `exit` told of; null where the system does not tell. */
const accounted = z.object({ type: z.literal('accounted'), cpuMs: z.number().nullable() });

/** What the helper tells. Each command that started ends with one `exit`, after all else about it. */
export const Report = z.discriminatedUnion('type', [
  /** `namespace` is the one that counts the processes it tells of. */
  z.object({ type: z.literal('ready'), port: z.number().int(), namespace: z.string() }),
  z.object({ type: z.literal('failed'), problem: z.string() }),
  accounted,
  z.object({ type: z.literal('started'), id, pid: z.number().int() }),
  z.object({ type: z.literal('notStarted'), id, problem: z.string() }),
  z.object({ type: z.literal('deniedHost'), id, host: z.string(), port: z.number().int() }),
  z.object({ type: z.literal('attempt'), id, kind: z.enum(['refused', 'watched']), path: z.string() }),
  z.object({ type: z.literal('limit'), id, limit: z.enum(['memory', 'processes', 'disk']) }),
  z.object({
    type: z.literal('exit'),
    id,
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    cpuMs: z.number().nullable(),
    /** The sandbox was built and the command began in it. */
    begun: z.boolean(),
  }),
]);
export type Report = z.infer<typeof Report>;

/** Between the helper and the part of it that lives in the run's network namespace. */
export const SpawnRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('account') }),
  z.object({ type: z.literal('relay'), socket: z.string() }),
  z.object({
    type: z.literal('start'),
    id,
    argv: list.min(1),
    env: z.record(z.string(), z.string()),
    output: z.string(),
    seccomp: z.string().nullable(),
  }),
]);
export type SpawnRequest = z.infer<typeof SpawnRequest>;

export const SpawnReport = z.discriminatedUnion('type', [
  accounted,
  z.object({ type: z.literal('relaying'), port: z.number().int() }),
  z.object({ type: z.literal('started'), id, pid: z.number().int() }),
  z.object({ type: z.literal('notStarted'), id, problem: z.string() }),
  z.object({
    type: z.literal('exit'),
    id,
    code: z.number().int().nullable(),
    signal: z.string().nullable(),
    /** Processor time of it and all that it started. */
    cpuMs: z.number().nullable(),
  }),
]);
export type SpawnReport = z.infer<typeof SpawnReport>;
