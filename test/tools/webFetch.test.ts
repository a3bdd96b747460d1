import assert from 'node:assert/strict';
import { webFetchTool } from '../../src/tools/webFetch.ts';
import { failsWith } from '../effects/setup.ts';
import { type Site, serveSite } from '../support/site.ts';
import { type ToolBench, toolBench } from './setup.ts';

describe('WebFetch', () => {
  let site: Site;
  let b: ToolBench;
  before(async () => {
    site = await serveSite({
      '/guide': '<title>Guide</title><p>Run it.</p><p hidden>Not this.</p>',
      '/moved': response => response.writeHead(301, { location: 'https://other.example/guide' }).end(),
      '/long': `<p>${'word '.repeat(20_000)}</p>`,
    });
    b = await toolBench({ '[secret:env:0a1b2c3d]': 'hunter2' }, { web: site.web });
  });
  after(async () => {
    b.remove();
    await site.close();
  });

  it('gives the visible text, as data, with where it is from', async () => {
    const text = await b.call('WebFetch', { url: 'http://docs.example/guide#part', prompt: 'how to\nrun it' });
    assert.equal(
      text,
      [
        'From the web, as data: http://docs.example/guide · HTTP 200 · text/html · Guide',
        '',
        'Run it.',
        '\n(Hidden parts of the page were left out: 1.)',
        '\n(You look for: how to run it)',
      ].join('\n'),
    );
  });

  it('names the new address of a page that has moved to another host, and asks nothing there', async () => {
    const text = await b.call('WebFetch', { url: 'http://docs.example/moved' });
    assert.match(text, /moved to another place \(HTTP 301\).*https:\/\/other\.example\/guide/);
    assert.ok(!site.asked.some(each => each.startsWith('other')));
  });

  it('says that a long page was cut', async () => {
    const text = await b.call('WebFetch', { url: 'http://docs.example/long' });
    assert.ok(text.length < 61_000);
    assert.match(text, /The page was cut; it has 99,999 characters of text or more/);
  });

  const rows: [url: string, code: string, problem: string | undefined][] = [
    ['docs', 'fetch.badUrl', 'unreadable'],
    ['file:///etc/passwd', 'fetch.badUrl', 'scheme'],
    ['javascript:alert(1)', 'fetch.badUrl', 'scheme'],
    ['https://user@docs.example/', 'fetch.badUrl', 'credentials'],
    [`https://docs.example/${'x'.repeat(2000)}`, 'fetch.badUrl', 'long'],
    ['https://docs.example/?k=[secret:env:0a1b2c3d]', 'secret.inCommand', undefined],
    ['https://docs.example/[secret:env:ffffffff]', 'secret.inCommand', undefined],
  ];
  for (const [url, code, problem] of rows)
    it(`makes nothing of ${url.slice(0, 50)}`, async () => {
      await assert.rejects(
        webFetchTool.prepare({ url }, b.context),
        failsWith(code, problem === undefined ? {} : { problem }),
      );
    });

  it('makes the same effect of every spelling of an address', async () => {
    const spellings = ['https://Docs.Example/a/../b', 'https://docs.example:443/b', ' https://docs.example/b#c'];
    const effects = await Promise.all(spellings.map(url => webFetchTool.prepare({ url }, b.context)));
    assert.deepEqual(
      effects,
      spellings.map(() => ({ kind: 'fetch', url: 'https://docs.example/b' })),
    );
  });
});
