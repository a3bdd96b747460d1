import assert from 'node:assert/strict';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { type FetchLimits, fetchLimits, fetchPage } from '../../../src/effects/fetch/fetch.ts';
import { publicWeb } from '../../../src/effects/fetch/web.ts';
import { isPublicAddress } from '../../../src/risk/addresses.ts';
import { type Served, type Site, type SiteOptions, selfSigned, serveSite } from '../../support/site.ts';
import { failsWith } from '../setup.ts';

const never = new AbortController().signal;
const text =
  (body: string, type = 'text/plain'): Served =>
  response =>
    response.writeHead(200, { 'content-type': type }).end(body);
const moves =
  (location: string, status = 302): Served =>
  response =>
    response.writeHead(status, { location }).end('moved');
const packed =
  (encoding: string, body: Buffer): Served =>
  response =>
    response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': encoding }).end(body);

describe('a page of the web', () => {
  let site: Site;
  afterEach(() => site.close());
  const open = async (pages: Record<string, Served>, options: SiteOptions = {}): Promise<void> => {
    site = await serveSite(pages, options);
  };
  const get = (url: string, limits: Partial<FetchLimits> = {}, signal = never) =>
    fetchPage({ kind: 'fetch', url }, site.web, signal, { ...fetchLimits, ...limits });

  it('is asked for by its own name, without anything of the person', async () => {
    let headers: unknown;
    await open({
      '/a?b=1': (response, request) => {
        headers = request.headers;
        response.writeHead(200, { 'content-type': 'text/html' }).end('<title> A\n page </title><h1>Hi</h1><p>there');
      },
    });
    const page = await get('http://docs.example/a?b=1');
    assert.deepEqual([page.status, page.title, page.text, page.movedTo], [200, 'A page', 'Hi\n\nthere', null]);
    assert.deepEqual(site.asked, ['docs.example/a?b=1']);
    const names = Object.keys(headers as object).sort();
    assert.deepEqual(names, ['accept', 'accept-encoding', 'connection', 'host', 'user-agent']);
  });

  it('is unpacked, and read in its own characters', async () => {
    await open({
      '/gzip': packed('gzip', gzipSync('gzipped')),
      '/deflate': packed('deflate', deflateSync('deflated')),
      '/br': packed('br', brotliCompressSync('brotli')),
      '/latin': response =>
        response
          .writeHead(200, { 'content-type': 'text/plain; charset=iso-8859-1' })
          .end(Buffer.from('Gr\xfc\xdfe', 'latin1')),
      '/meta': response =>
        response
          .writeHead(200, { 'content-type': 'text/html' })
          .end(Buffer.from('<meta charset="windows-1252"><p>\x80 5</p>', 'latin1')),
      '/bom': response =>
        response.writeHead(200, { 'content-type': 'text/plain; charset=latin1' }).end(Buffer.from('\ufeffdé', 'utf8')),
      '/untyped': response => response.writeHead(200).end('<!doctype html><p>untyped</p>'),
      '/json': text('{"a": 1}', 'application/vnd.api+json'),
    });
    const read = async (path: string): Promise<string> => (await get(`http://docs.example${path}`)).text;
    assert.deepEqual(
      await Promise.all(['/gzip', '/deflate', '/br', '/latin', '/meta', '/bom', '/untyped', '/json'].map(read)),
      ['gzipped', 'deflated', 'brotli', 'Grüße', '€ 5', 'dé', 'untyped', '{"a": 1}'],
    );
  });

  it('is told with its status, and refused where it is no text', async () => {
    await open({ '/a.png': text('PNG', 'image/png'), '/a.pdf': text('PDF', 'application/pdf') });
    const missing = await get('http://docs.example/none');
    assert.deepEqual([missing.status, missing.text], [404, 'No such page.']);
    await assert.rejects(get('http://docs.example/a.png'), failsWith('fetch.notText', { type: 'image/png' }));
    await assert.rejects(get('http://docs.example/a.pdf'), failsWith('fetch.notText'));
  });

  it('is followed on its host, each time after its name was looked up', async () => {
    await open({ '/a': moves('/b', 301), '/b': moves('http://docs.example/c#part', 308), '/c': 'there' });
    const page = await get('http://docs.example/a');
    assert.deepEqual([page.text, page.url], ['there', 'http://docs.example/c']);
    assert.deepEqual(site.resolved, ['docs.example', 'docs.example', 'docs.example']);
  });

  for (const to of [
    'http://evil.example/x',
    '//evil.example/x',
    'http://docs.example:81/x',
    'http://sub.docs.example/x',
    'http://user:pw@docs.example/x',
    'http://127.0.0.1/x',
    'ftp://docs.example/x',
    'file:///etc/passwd',
  ])
    it(`is not followed to another place, which is told: ${to}`, async () => {
      await open({ '/a': moves(to) });
      const page = await get('http://docs.example/a');
      assert.equal(page.movedTo, new URL(to, 'http://docs.example').href);
      assert.equal(page.text, '');
      assert.deepEqual([site.asked, site.resolved], [['docs.example/a'], ['docs.example']]);
    });

  it('is not followed for ever', async () => {
    await open({ '/a': moves('/a') });
    await assert.rejects(get('http://docs.example/a'), failsWith('fetch.redirects', { limit: fetchLimits.redirects }));
    assert.equal(site.asked.length, fetchLimits.redirects + 1);
  });

  it('is not asked for where one of its addresses may not be reached, though others may', async () => {
    const leads = {
      'mixed.example': ['93.184.216.34', '10.0.0.1'],
      'mapped.example': ['::ffff:127.0.0.1'],
      'meta.example': ['169.254.169.254'],
      'none.example': [],
    };
    await open({ '/': 'secret' }, { leads, judge: isPublicAddress });
    const address = (host: string): Promise<unknown> => get(`http://${host}/`);
    await assert.rejects(address('mixed.example'), failsWith('fetch.address', { address: '10.0.0.1' }));
    await assert.rejects(address('mapped.example'), failsWith('fetch.address'));
    await assert.rejects(address('meta.example'), failsWith('fetch.address', { host: 'meta.example' }));
    await assert.rejects(address('none.example'), failsWith('fetch.unresolved'));
    assert.deepEqual(site.asked, []);
  });

  it('is not followed where its name has come to lead elsewhere', async () => {
    await open({ '/a': moves('/b'), '/b': 'secret' });
    const { web: real } = site;
    let times = 0;
    const web = {
      ...real,
      locate: async (host: string, port: number) =>
        times++ === 0 ? real.locate(host, port) : { addresses: [{ address: '192.168.0.1', family: 4 }], port },
      mayReach: (address: string) => address === '127.0.0.1',
    };
    await assert.rejects(
      fetchPage({ kind: 'fetch', url: 'http://docs.example/a' }, web, never),
      failsWith('fetch.address', { address: '192.168.0.1' }),
    );
    assert.deepEqual(site.asked, ['docs.example/a']);
  });

  it('is connected to at the address that was looked at, and looked up no second time', async () => {
    await open({ '/': 'hello' });
    // No resolver knows this name: what it would say does not matter.
    assert.equal((await get('http://no-such-host.invalid/')).text, 'hello');
    assert.deepEqual(site.resolved, ['no-such-host.invalid']);
  });

  it('is refused above its size, as it comes and as it unpacks', async () => {
    const large = 'x'.repeat(100_000);
    await open({
      '/large': text(large),
      '/unsaid': response => {
        response.writeHead(200, { 'content-type': 'text/plain' });
        response.write(large);
        response.end(large);
      },
      '/bomb': packed('gzip', gzipSync(Buffer.alloc(5_000_000))),
      '/brotli-bomb': packed('br', brotliCompressSync(Buffer.alloc(5_000_000))),
    });
    const limits = { received: 50_000, unpacked: 1_000_000 };
    for (const path of ['/large', '/unsaid', '/bomb', '/brotli-bomb'])
      await assert.rejects(get(`http://docs.example${path}`, limits), failsWith('fetch.tooLarge'), path);
  });

  it('is refused where it is packed in a way that nobody asked for, or is broken', async () => {
    await open({
      '/zstd': packed('zstd', Buffer.from('x')),
      '/twice': packed('gzip, gzip', gzipSync(gzipSync('x'))),
      '/broken': packed('gzip', Buffer.from('no gzip at all')),
      '/cut': response => {
        response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '1000' });
        response.write('half');
        response.socket?.end();
      },
    });
    for (const path of ['/zstd', '/twice', '/broken', '/cut'])
      await assert.rejects(get(`http://docs.example${path}`), failsWith('fetch.failed'), path);
  });

  it('is given up when it takes too long, or the run is stopped', async () => {
    await open({ '/': () => undefined });
    await assert.rejects(get('http://docs.example/', { time: 30 }), failsWith('fetch.slow'));
    const stop = new AbortController();
    const going = get('http://docs.example/', {}, stop.signal);
    stop.abort();
    await assert.rejects(going, failsWith('run.stopped'));
    const web = { ...site.web, locate: () => new Promise<never>(() => undefined) };
    await assert.rejects(
      fetchPage({ kind: 'fetch', url: 'http://docs.example/' }, web, never, { ...fetchLimits, time: 30 }),
      failsWith('fetch.slow'),
    );
  });

  it('is cut where it is long', async () => {
    await open({ '/': text('abcdef') });
    const page = await get('http://docs.example/', { text: 4 });
    assert.deepEqual([page.text, page.chars, page.cut], ['abcd', 6, true]);
  });
});

describe('a page by https', () => {
  const tls = selfSigned(['docs.example']);
  let site: Site;
  before(async () => {
    site = await serveSite({ '/': 'encrypted' }, { tls });
  });
  after(() => site.close());
  const get = (url: string, web = site.web) => fetchPage({ kind: 'fetch', url }, web, never);

  it('is read from a server that has a certificate for its name, though it is reached by its address', async () => {
    assert.equal((await get('https://docs.example/')).text, 'encrypted');
  });

  it('is not read from one whose certificate is for another name, or is nobody’s', async () => {
    await assert.rejects(
      get('https://other.example/'),
      failsWith('fetch.failed', { problem: 'ERR_TLS_CERT_ALTNAME_INVALID' }),
    );
    const { ca: _, ...stranger } = site.web;
    await assert.rejects(get('https://docs.example/', stranger), failsWith('fetch.failed'));
  });
});

describe('the public web', () => {
  it('has no address of this machine in it', () => {
    for (const address of ['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254'])
      assert.ok(!publicWeb.mayReach(address), address);
    assert.ok(publicWeb.mayReach('1.1.1.1'));
  });

  it('looks up no name for what is an address', async () => {
    assert.deepEqual(await publicWeb.locate('[::1]', 80), { addresses: [{ address: '::1', family: 6 }], port: 80 });
    assert.deepEqual(await publicWeb.locate('1.1.1.1', 443), {
      addresses: [{ address: '1.1.1.1', family: 4 }],
      port: 443,
    });
  });

  it('refuses names of this machine after they were looked up', async () => {
    const localhost = { kind: 'fetch', url: 'http://localhost:9/' } as const;
    await assert.rejects(fetchPage(localhost, publicWeb, never), failsWith('fetch.address', { host: 'localhost' }));
  });
});
