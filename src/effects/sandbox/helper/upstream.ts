import { lookup } from 'node:dns/promises';
import { connect as dial, isIP, type Socket } from 'node:net';
import { isOwnAddress } from './addresses.ts';

/** The way out for what the gate let through. */
export interface Upstream {
  /** A connection to the host, ready for its bytes. Rejects where there is none or where the address is not one to reach. */
  connect(command: string, host: string, port: number): Promise<Socket>;
  close(): Promise<void>;
}

type Manager = typeof import('@anthropic-ai/sandbox-runtime').SandboxManager;

/**
 * The way out through the proxy of sandbox-runtime, which resolves a name once, refuses addresses of this machine, of the
 * link and of cloud metadata, and connects to what it checked. It starts with the first host that is reached.
 * `elsewhere` leads some hosts to another place without it. `onBroken` hears why
 * it does not start, which no command can do anything about.
 */
export function createUpstream(
  programs: { bwrap: string; applySeccomp: string },
  elsewhere: Readonly<Record<string, { host: string; port: number }>>,
  onBroken: (problem: string) => void,
): Upstream {
  let starting: Promise<Manager> | undefined;
  return {
    connect: async (command, host, port) => {
      const other = Object.hasOwn(elsewhere, host) ? elsewhere[host] : undefined;
      if (other !== undefined) return opened(dial(other.port, other.host));
      if (await leadsHome(host)) throw new Error('the name leads to this machine');
      starting ??= startManager(programs);
      const manager = await starting.catch((error: unknown) => {
        onBroken(error instanceof Error ? error.message : String(error));
        throw error;
      });
      // The list is the gate's decision for this one connection; the proxy checks where the name leads.
      const key = `${command}.${host}`.slice(0, 100);
      manager.registerCommandNetworkLists(key, { allowedDomains: [host] });
      try {
        return await tunnel(manager, key, host, port);
      } finally {
        manager.unregisterCommandNetworkLists(key);
      }
    },
    close: async () => {
      await starting?.then(manager => manager.reset()).catch(() => undefined);
    },
  };
}

/** The proxy looks the name up once more, and refuses what it leads to by a list of its own. */
async function leadsHome(host: string): Promise<boolean> {
  if (isIP(host) !== 0) return isOwnAddress(host);
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.some(({ address }) => isOwnAddress(address));
}

async function startManager({ bwrap, applySeccomp }: { bwrap: string; applySeccomp: string }): Promise<Manager> {
  const { SandboxManager: manager } = await import('@anthropic-ai/sandbox-runtime');
  const nothing = { denyRead: [], allowRead: [], allowWrite: [], denyWrite: [] };
  const network = { allowedDomains: [], deniedDomains: [] };
  await manager.initialize(
    {
      network,
      filesystem: nothing,
      seccomp: { applyPath: applySeccomp },
      bwrapPath: bwrap,
      // It must be there and is never run, since no command is wrapped here.
      ripgrep: { command: process.execPath },
    },
    () => Promise.resolve(false),
    false,
  );
  return manager;
}

async function tunnel(manager: Manager, key: string, host: string, port: number): Promise<Socket> {
  const proxy = manager.getProxyPort();
  const token = manager.getProxyAuthToken();
  if (proxy === undefined || token === undefined) throw new Error('the proxy has no port');
  const socket = await opened(dial(proxy, '127.0.0.1'));
  const user = `srt.${Buffer.from(key).toString('base64')}`;
  const credential = Buffer.from(`${user}:${token}`).toString('base64');
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  socket.write(
    `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\nProxy-Authorization: Basic ${credential}\r\n\r\n`,
  );
  const { status, rest } = await answer(socket);
  if (status !== 200) {
    socket.destroy();
    throw new Error(`the proxy answered ${status}`);
  }
  if (rest.length > 0) socket.unshift(rest);
  return socket;
}

/** The status of a proxy's answer, and what came after its head. */
function answer(socket: Socket): Promise<{ status: number; rest: Buffer }> {
  return new Promise((resolve, reject) => {
    let head = Buffer.alloc(0);
    const onData = (chunk: Buffer) => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0 && head.length < 16_384) return;
      socket.pause();
      socket.off('data', onData);
      socket.off('close', onClose);
      resolve({
        status: Number(/^HTTP\/1\.[01] (\d{3})/.exec(head.toString('latin1'))?.[1] ?? 0),
        rest: end < 0 ? Buffer.alloc(0) : head.subarray(end + 4),
      });
    };
    const onClose = () => reject(new Error('the proxy hung up'));
    socket.on('data', onData);
    socket.once('close', onClose);
  });
}

function opened(socket: Socket): Promise<Socket> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => undefined);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}
