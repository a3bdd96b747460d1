import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Web } from '../../src/effects/fetch/web.ts';

/** What a path answers with: HTML, or whatever the function sends. */
export type Served = string | ((response: ServerResponse, request: IncomingMessage) => void);

/** A web of one server on loopback, which every host leads to; nothing of the product can make one. */
export interface Site {
  web: Web;
  /** `host/path` of each request, in order. */
  asked: string[];
  /** The names that were looked up. */
  resolved: string[];
  port: number;
  close(): Promise<void>;
}

export interface SiteOptions {
  /** Hosts that lead elsewhere, and are judged as the product judges. */
  leads?: Record<string, string[]>;
  judge?: Web['mayReach'];
  tls?: { key: string; cert: string };
}

/** Serves `pages` by `host/path`, or by `/path` for every host. */
export async function serveSite(pages: Record<string, Served>, options: SiteOptions = {}): Promise<Site> {
  const { leads = {}, judge = () => true, tls } = options;
  const asked: string[] = [];
  const resolved: string[] = [];
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const host = request.headers.host ?? '';
    const url = request.url ?? '/';
    asked.push(`${host}${url}`);
    const page = pages[`${host}${url}`] ?? pages[url];
    if (page === undefined) response.writeHead(404, { 'content-type': 'text/plain' }).end('No such page.');
    else if (typeof page === 'string')
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page);
    else page(response, request);
  };
  const server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done));
  const place = server.address();
  const port = typeof place === 'object' && place !== null ? place.port : 0;
  return {
    asked,
    resolved,
    port,
    web: {
      async locate(host) {
        resolved.push(host);
        const addresses = (leads[host] ?? ['127.0.0.1']).map(address => ({
          address,
          family: address.includes(':') ? 6 : 4,
        }));
        return { addresses, port };
      },
      mayReach: judge,
      ...(tls === undefined ? {} : { ca: tls.cert }),
    },
    close: () =>
      new Promise(done => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/** A certificate for these names that nobody but the test trusts. */
export function selfSigned(names: readonly string[]): { key: string; cert: string } {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-tls-'));
  try {
    const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
    const altNames = `subjectAltName=${names.map(name => `DNS:${name}`).join(',')}`;
    const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    const args = [
      'req',
      '-x509',
      ...curve,
      '-nodes',
      '-keyout',
      key,
      '-out',
      cert,
      '-days',
      '2',
      '-subj',
      '/CN=test',
      '-addext',
      altNames,
    ];
    execFileSync('openssl', args, { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
