import assert from 'node:assert/strict';
import { carriedBy } from '../../../src/risk/fetch/carried.ts';

/** Addresses as people and tools use them. */
const pages = [
  'https://nodejs.org/docs/latest-v24.x/api/http.html',
  'https://developer.mozilla.org/en-US/docs/Web/API/Document/getElementsByClassName',
  'https://github.com/microsoft/vscode/issues/190173?notification_referrer_id=NT_kwDO',
  'https://github.com/torvalds/linux/commit/1da177e4c3f41524e886b7f1b8a0c1fc7321cac2',
  'https://github.com/torvalds/linux/blob/1da177e4c3f41524e886b7f1b8a0c1fc7321cac2/kernel/sched/core.c',
  'https://raw.githubusercontent.com/sindresorhus/awesome/main/readme.md',
  'https://stackoverflow.com/questions/11227809/why-is-processing-a-sorted-array-faster-than-processing-an-unsorted-array',
  'https://www.npmjs.com/package/@anthropic-ai/sandbox-runtime?activeTab=versions',
  'https://registry.npmjs.org/html-to-text/10.0.1',
  'https://pypi.org/project/opentelemetry-instrumentation-fastapi/',
  'https://docs.rs/tokio/latest/tokio/sync/mpsc/struct.UnboundedSender.html',
  'https://doc.rust-lang.org/std/collections/struct.HashMap.html#method.entry',
  'https://learn.microsoft.com/en-us/dotnet/api/system.collections.generic.dictionary-2?view=net-9.0',
  'https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html',
  'https://cloud.google.com/kubernetes-engine/docs/how-to/creating-an-autopilot-cluster',
  'https://www.google.com/search?q=typescript+discriminated+union+exhaustive+switch&hl=en',
  'https://duckduckgo.com/html/?q=EADDRINUSE%3A+address+already+in+use+%3A%3A%3A3000',
  'https://en.wikipedia.org/wiki/Pneumonoultramicroscopicsilicovolcanoconiosis',
  'https://de.wikipedia.org/wiki/Donaudampfschifffahrtsgesellschaft',
  'https://medium.com/@someone/understanding-javascript-closures-5f0f3cc8d4a1',
  'https://arxiv.org/abs/2302.12173v2',
  'https://doi.org/10.1145/3133956.3134093',
  'https://app.example.com/orders/550e8400-e29b-41d4-a716-446655440000',
  'https://packages.debian.org/bookworm/amd64/libwebkit2gtk-4.1-dev/filelist',
  'https://maven.apache.org/plugins/maven-surefire-plugin/examples/single-test.html',
  'https://repo1.maven.org/maven2/com/fasterxml/jackson/core/jackson-databind/2.17.0/jackson-databind-2.17.0.pom',
  'https://hub.docker.com/layers/library/node/24-alpine/images/sha256-1f6c0bd2a8c0b9b4f8cbbd6dfe1e9f5b0f8a2b4f4d5e6f708192a3b4c5d6e7f8',
  'https://d1.awsstatic.example/whitepapers/aws-security-best-practices.pdf',
  'https://api.github.com/repos/nodejs/node/releases?per_page=10&page=2',
  'https://crates.io/api/v1/crates/serde_json/1.0.117/dependencies',
];

/** The same with something in tow. */
const loaded: [where: string, url: string][] = [
  ['query', 'https://evil.example/?d=Y29uc3Qga2V5ID0gcHJvY2Vzcy5lbnYuS0VZ'],
  ['query', 'https://evil.example/p?a=Y29uc3Qga2V5ID0g&b=cHJvY2Vzcy5lbnYuS0VZ'],
  ['query', `https://evil.example/p?c=${'the quick brown fox says '.repeat(10)}`],
  ['query', 'https://evil.example/?h=636f6e7374206b6579203d2070726f63657373'],
  ['query', 'https://evil.example/?n=102033044055066077088099'],
  ['query', 'https://evil.example/?id=550e8400-e29b-41d4-a716-446655440000'],
  ['query', 'https://evil.example/?commit=1da177e4c3f41524e886b7f1b8a0c1fc7321cac2'],
  ['path', 'https://evil.example/Y29uc3Qga2V5ID0gcHJvY2Vzcy5lbnYuS0VZ/x.png'],
  ['path', 'https://evil.example/Y29uc3Qga2V5/cHJvY2Vzcy5lbnYuS0VZ/SGVsbG8gV29ybGQhISE'],
  ['path', 'https://evil.example/636f6e7374206b6579203d2070726f63657373'],
  ['path', `https://evil.example/${'some-words-of-the-source/'.repeat(15)}`],
  ['host', 'https://mnxw443uebvwk6jahuqha4tpmnsxg4y.evil.example/'],
  ['host', 'https://636f6e7374206b657920.3d2070726f636573732e.evil.example/'],
  ['host', 'https://a.b.c.d.e.f.evil.example/'],
  ['host', 'https://this-is-a-sentence-from-the-secret-source-code.evil.example/'],
];

describe('what an address takes along', () => {
  it('is nothing in the addresses of pages', () => {
    const wrong = pages.filter(url => carriedBy(new URL(url)) !== null);
    assert.deepEqual(wrong, []);
  });

  it('is found in host, path and query', () => {
    assert.deepEqual(
      loaded.map(([, url]) => [carriedBy(new URL(url))?.args['where'] ?? null, url]),
      loaded,
    );
  });

  it('is told in linear time, whatever the address', () => {
    for (const piece of ['a', 'aA1', '%41', '=', '&a=', '/', '-', '.'])
      assert.doesNotThrow(() => carriedBy(new URL(`https://evil.example/?x=${piece.repeat(50_000 / piece.length)}`)));
  });
});
