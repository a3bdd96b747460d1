import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { canonicalHost, isOwnMachine } from './addresses.ts';
import type { Upstream } from './upstream.ts';

/** After so many refusals a command is taken to be in a loop. */
const maxRefusals = 200;

export interface GateEvents {
  /** Once for each host of a command. */
  onDenied(command: string, host: string, port: number): void;
  /** The command does nothing but knock. */
  onLoop(command: string): void;
}

interface Admission {
  hosts: ReadonlySet<string>;
  denied: Set<string>;
  refusals: number;
}

interface Target {
  command: string;
  host: string;
  port: number;
}

/**
 * The proxy that the run's commands see. The credential that a command presents is its id, which only it knows; what its
 * list does not name is refused. What is let through goes to `upstream`, which looks at the addresses that names lead to.
 */
export class Gate {
  readonly #commands = new Map<string, Admission>();
  readonly #server: Server;
  readonly #upstream: Upstream;
  readonly #events: GateEvents;

  constructor(upstream: Upstream, events: GateEvents) {
    this.#upstream = upstream;
    this.#events = events;
    this.#server = createServer((request, response) => void this.#plain(request, response));
    this.#server.on('connect', (request, socket, head) => void this.#tunnel(request, socket, head));
    this.#server.on('upgrade', (_request, socket) => socket.destroy());
    this.#server.on('clientError', (_error, socket) => socket.destroy());
  }

  /** Rejects where the socket cannot be had. */
  listen(socket: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(socket, () => resolve());
    });
  }

  admit(command: string, hosts: readonly string[]): void {
    this.#commands.set(command, { hosts: new Set(hosts.map(canonical)), denied: new Set(), refusals: 0 });
  }

  dismiss(command: string): void {
    this.#commands.delete(command);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #allows(request: IncomingMessage, authority: string, socket: Duplex): Target | null {
    const target = targetOf(request, authority);
    const admission = target === null ? undefined : this.#commands.get(target.command);
    if (target === null || admission === undefined) {
      socket.destroy();
      return null;
    }
    // No list opens this machine, however it is named.
    if (!isOwnMachine(target.host) && admission.hosts.has(target.host)) return target;
    this.#refuse(target, admission);
    // Some clients take every answer for a reason to try again, others every silence: none goes on for both in turn.
    if (request.method === 'CONNECT' && admission.refusals % 2 === 0) socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    else socket.destroy();
    return null;
  }

  #refuse({ command, host, port }: Target, admission: Admission): void {
    admission.refusals += 1;
    if (admission.refusals === maxRefusals) this.#events.onLoop(command);
    // This machine is never reached from here, so there is nothing to ask about.
    if (isOwnMachine(host) || admission.denied.has(host) || admission.denied.size >= maxRefusals) return;
    admission.denied.add(host);
    this.#events.onDenied(command, host, port);
  }

  async #tunnel(request: IncomingMessage, near: Duplex, head: Buffer): Promise<void> {
    near.on('error', () => undefined);
    const target = this.#allows(request, request.url ?? '', near);
    if (target === null) return;
    let far: Socket;
    try {
      far = await this.#upstream.connect(target.command, target.host, target.port);
    } catch {
      near.destroy();
      return;
    }
    far.on('error', () => near.destroy());
    near.on('close', () => far.destroy());
    far.on('close', () => near.destroy());
    near.write('HTTP/1.1 200 Connection established\r\n\r\n');
    far.write(head);
    near.pipe(far).pipe(near);
  }

  async #plain(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = parseUrl(request.url ?? '');
    if (url === null || url.protocol !== 'http:') {
      request.socket.destroy();
      return;
    }
    const target = this.#allows(request, url.host, request.socket);
    if (target === null) return;
    const hops = new Set(['proxy-authorization', 'proxy-connection', 'connection']);
    const headers = Object.fromEntries(Object.entries(request.headers).filter(([name]) => !hops.has(name)));
    let far: Socket;
    try {
      far = await this.#upstream.connect(target.command, target.host, target.port);
    } catch {
      request.socket.destroy();
      return;
    }
    const asked = httpRequest({
      createConnection: () => far,
      method: request.method,
      path: `${url.pathname}${url.search}`,
      headers: { ...headers, host: url.host, connection: 'close' },
    });
    asked.on('response', answer => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    asked.on('error', () => response.destroy());
    response.on('close', () => far.destroy());
    request.pipe(asked);
  }
}

function targetOf(request: IncomingMessage, authority: string): Target | null {
  const encoded = /^Basic (\S+)$/i.exec(request.headers['proxy-authorization'] ?? '')?.[1];
  if (encoded === undefined) return null;
  const command = Buffer.from(encoded, 'base64').toString().split(':')[0] ?? '';
  // The standard's parser knows all the ways to write an address, so that 0x7f.1 is not a name.
  const url = parseUrl(`http://${authority}`);
  if (url === null || url.username !== '' || url.pathname !== '/') return null;
  const tunnel = request.method === 'CONNECT';
  const port = Number(/:(\d+)$/.exec(authority)?.[1] ?? (tunnel ? 443 : 80));
  return { command, host: canonical(url.hostname), port };
}

/** What no parser takes for a host is on no list. */
function canonical(host: string): string {
  const bare = host.replace(/^\[|\]$/g, '');
  return canonicalHost(isIP(bare) === 6 ? `[${bare}]` : bare) ?? '';
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
