import assert from 'node:assert/strict';
import { readPage } from '../../../src/effects/fetch/page.ts';

const base = new URL('https://docs.example/guide/');
const textOf = (html: string): string => readPage(html, base).text;

describe('the text of a page', () => {
  it('has its headings, lists, links, code and tables as a reader sees them', () => {
    const html = `<html><head><title>Guide &amp; more</title><style>p{}</style></head><body><h1>Install</h1>
      <p>Run <code>npm ci</code>, see <a href="../faq#x">the <b>FAQ</b></a>.</p>
      <ul><li>one</li><li>two</li></ul><pre>a = 1;\n  b;</pre>
      <table><tr><th>Name</th><th>Since</th></tr><tr><td>open</td><td>v1</td></tr></table></body></html>`;
    const page = readPage(html, base);
    assert.equal(page.title, 'Guide & more');
    assert.equal(
      page.text,
      'Install\n\nRun npm ci, see the FAQ [https://docs.example/faq#x].\n\n * one\n * two\n\na = 1;\n  b;\n\nName   Since\nopen   v1',
    );
    assert.equal(page.hidden, 0);
  });

  const hiding = [
    '<p hidden>BAD</p>',
    '<p aria-hidden="true">BAD</p>',
    '<!-- BAD -->',
    '<p style="display : NONE">BAD</p>',
    '<div style="display:none"><p style="display:block">BAD</p></div>',
    '<p style="visibility:hidden">BAD</p>',
    '<p style="opacity:0">BAD</p>',
    '<p style="opacity: 0.01 !important">BAD</p>',
    '<p style="font-size:0">BAD</p>',
    '<p style="font-size:1px">BAD</p>',
    '<p style="/* x */ font-size : 0.1em">BAD</p>',
    '<p style="position:absolute;left:-9999px">BAD</p>',
    '<p style="text-indent:-5000px">BAD</p>',
    '<p style="height:0;overflow:hidden">BAD</p>',
    '<p style="clip:rect(0,0,0,0)">BAD</p>',
    '<p style="clip-path:inset(50%)">BAD</p>',
    '<p style="transform:scale(0)">BAD</p>',
    '<p style="color:#fff">BAD</p>',
    '<font color="white">BAD</font>',
    '<p style="color:transparent">BAD</p>',
    '<p style="color:rgba(0, 0, 0, 0)">BAD</p>',
    '<p style="color:#123456;background:#123456">BAD</p>',
    '<script>BAD</script>',
    '<style>BAD</style>',
    '<template>BAD</template>',
    '<noscript>BAD</noscript>',
    '<img alt="BAD" src="x">',
    '<a href="javascript:BAD()">.</a>',
    '<a href="data:text/plain,BAD">.</a>',
    '<svg><title>BAD</title><text>BAD</text></svg>',
    '<iframe srcdoc="BAD">BAD</iframe>',
    '<object>BAD</object>',
    '<dialog>BAD</dialog>',
    '<input type="hidden" value="BAD">',
    '<p title="BAD" data-x="BAD">.</p>',
  ];
  for (const html of hiding)
    it(`has nothing of what is hidden: ${html.slice(0, 60)}`, () => {
      const text = textOf(`<body><p>seen</p>${html}<p>too</p></body>`);
      assert.doesNotMatch(text, /BAD/i);
      assert.match(text, /seen[^]*too/);
    });

  const seen = [
    '<p style="color:#fff;background:#000">GOOD</p>',
    '<div style="background-image:url(x)"><p style="color:white">GOOD</p></div>',
    '<p style="color:#333">GOOD</p>',
    '<p style="opacity:0.8">GOOD</p>',
    '<p style="font-size:10px">GOOD</p>',
    '<p style="margin-left:-10px">GOOD</p>',
    '<dialog open>GOOD</dialog>',
    '<details><summary>x</summary>GOOD</details>',
    '<p aria-hidden="false">GOOD</p>',
    '<textarea>GOOD</textarea>',
  ];
  for (const html of seen)
    it(`has what is seen: ${html.slice(0, 60)}`, () => assert.match(textOf(`<body>${html}</body>`), /GOOD/));

  it('keeps a character that is drawn as nothing within its word, for whoever looks at the text', () =>
    assert.equal(textOf('<p>ig\u200bnore</p>'), 'ig\u200bnore'));

  it('tells how much was left out', () =>
    assert.equal(readPage('<p hidden>a</p><p>b</p><i hidden>c</i>', base).hidden, 2));

  it('is made of pages that nobody closed, without a body, or nested without end', () => {
    assert.equal(textOf('<head><title>x</title><p>one<p>two'), 'one\n\ntwo');
    assert.equal(textOf(''), '');
    assert.match(textOf(`${'<div>'.repeat(50_000)}deep`), /^$/);
    assert.match(textOf(`top${'<b>'.repeat(50_000)}`), /top/);
  });
});
