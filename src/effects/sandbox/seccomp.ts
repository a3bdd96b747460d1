/** The kernel's name for a machine's calls, and the numbers of those that are refused. */
const machines: Readonly<Record<string, { audit: number; keys: readonly number[]; x32: boolean }>> = {
  // add_key request_key keyctl, perf_event_open, bpf, userfaultfd
  x64: { audit: 0xc000003e, keys: [248, 249, 250, 298, 321, 323], x32: true },
  arm64: { audit: 0xc00000b7, keys: [217, 218, 219, 241, 280, 282], x32: false },
};

/** The same on every machine: io_uring makes sockets that no other filter sees. */
const ioUring = [425, 426, 427];

const load = 0x20;
const jumpEqual = 0x15;
const jumpAtLeast = 0x35;
const answer = 0x06;
const allow = 0x7fff0000;
const refuse = 0x00050001;

/**
 * A seccomp filter that answers EPERM to calls a command has no use for: the kernel's key store, which no namespace
 * divides, BPF, performance counters, page-fault handlers and io_uring. Other machines' calls are refused altogether.
 * null for a machine that is not known.
 */
export function seccompFilter(machine: string): Buffer | null {
  const known = machines[machine];
  if (known === undefined) return null;
  const numbers = [...known.keys, ...ioUring];
  const refuseOther = instruction(answer, 0, 0, refuse);
  return Buffer.concat([
    instruction(load, 0, 0, 4),
    instruction(jumpEqual, 1, 0, known.audit),
    refuseOther,
    instruction(load, 0, 0, 0),
    ...(known.x32 ? [instruction(jumpAtLeast, 0, 1, 0x40000000), refuseOther] : []),
    ...numbers.map((number, at) => instruction(jumpEqual, numbers.length - at, 0, number)),
    instruction(answer, 0, 0, allow),
    refuseOther,
  ]);
}

function instruction(code: number, jumpTrue: number, jumpFalse: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(code, 0);
  bytes.writeUInt8(jumpTrue, 2);
  bytes.writeUInt8(jumpFalse, 3);
  bytes.writeUInt32LE(value >>> 0, 4);
  return bytes;
}
