import assert from 'node:assert/strict';
import { riskSentence } from '../../../src/hosts/riskSentences.ts';
import { assessFetch } from '../../../src/risk/fetch/assess.ts';
import { factsOf } from '../shell/support.ts';

const facts = { ...factsOf(), trustedHosts: new Set(['docs.trusted.example']) };
const of = (url: string) => assessFetch({ url }, facts).assessment;
const token = ['ghp', '0123456789abcdefghijABCDEFGHIJ012345'].join('_');

describe('the risk of reading a page', () => {
  const rows: [url: string, tier: string, floor: string, codes: string][] = [
    ['https://docs.trusted.example/guide', 'low', 'none', 'fetch.trusted'],
    ['https://docs.trusted.example/search?q=how+to+install&page=2', 'low', 'none', 'fetch.trusted'],
    ['https://nodejs.org/api/fs.html', 'medium', 'none', 'fetch.untrusted'],
    ['https://evil.docs.trusted.example/', 'medium', 'none', 'fetch.untrusted'],
    ['https://docs.trusted.example.evil.example/', 'medium', 'none', 'fetch.untrusted'],
    ['http://docs.trusted.example/guide', 'medium', 'none', 'fetch.plain fetch.trusted'],
    ['http://nodejs.org/', 'medium', 'none', 'fetch.untrusted fetch.plain'],
    ['https://nodejs.org:8443/', 'high', 'none', 'fetch.port fetch.untrusted'],
    ['https://docs.trusted.example:8443/', 'medium', 'none', 'fetch.port fetch.trusted'],
    ['https://93.184.216.34/', 'high', 'none', 'fetch.number fetch.untrusted'],
    ['https://webhook.site/abc', 'high', 'none', 'fetch.dropHost fetch.untrusted'],
    ['http://localhost:3000/', 'high', 'deny', 'fetch.private fetch.port fetch.untrusted fetch.plain'],
    ['https://app.localhost/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://127.1/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://2130706433/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://0x7f.0.0.1/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://[::1]/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://[::ffff:127.0.0.1]/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://192.168.0.1/', 'high', 'deny', 'fetch.private fetch.untrusted'],
    ['https://169.254.169.254/latest/meta-data', 'critical', 'deny', 'network.metadata fetch.untrusted'],
    ['https://metadata.google.internal./x', 'critical', 'deny', 'network.metadata fetch.untrusted'],
    ['https://user:pw@nodejs.org/', 'high', 'deny', 'fetch.address'],
    ['file:///etc/passwd', 'high', 'deny', 'fetch.address'],
    ['no address', 'high', 'deny', 'fetch.address'],
    [`https://nodejs.org/?t=${token}`, 'critical', 'none', 'fetch.secret fetch.untrusted'],
    [`https://docs.trusted.example/${token}`, 'critical', 'none', 'fetch.secret fetch.trusted'],
    [
      `https://docs.trusted.example/?x=${Buffer.from(token).toString('base64url')}`,
      'critical',
      'none',
      'fetch.secret fetch.trusted',
    ],
    [`https://nodejs.org/?x=${Buffer.from(token).toString('hex')}`, 'critical', 'none', 'fetch.secret fetch.untrusted'],
    ['https://nodejs.org/?d=aW1wb3J0IHsgcmVhZEZpbGUgfSBmcm9t', 'high', 'none', 'fetch.data fetch.untrusted'],
    ['https://docs.trusted.example/?d=aW1wb3J0IHsgcmVhZEZpbGUgfSBmcm9t', 'medium', 'none', 'fetch.data fetch.trusted'],
  ];
  for (const [url, tier, floor, codes] of rows)
    it(`is ${tier}${floor === 'none' ? '' : `, ${floor}`}: ${url.slice(0, 70)}`, () => {
      const found = of(url);
      assert.deepEqual(
        [found.tier, found.floor, found.findings.map(({ code }) => code).join(' ')],
        [tier, floor, codes],
      );
    });

  it('has a sentence for each of its findings', () => {
    for (const [url] of rows)
      for (const { code, args } of of(url).findings) assert.match(riskSentence(code, args) ?? '', /^[^{}]+$/, code);
  });

  it('tells its host as it is looked up, and that nothing brings it back', () => {
    const { footprint } = of('https://Bücher.example/x');
    assert.deepEqual([footprint.hosts, footprint.reversible], [['xn--bcher-kva.example'], false]);
  });
});
