import assert from 'node:assert/strict';
import fc from 'fast-check';
import { createMasker } from '../../src/journal/masker.ts';
import { lineMasker, longestLine, wordMasker } from '../../src/journal/stream.ts';
import { pem, secrets } from '../risk/secrets.corpus.ts';

const known = { name: 'KEY', value: 'q8Jd-71xPz-44Tb' };

function collector(): {
  masker: ReturnType<typeof createMasker>;
  given: string[];
  stream: ReturnType<typeof lineMasker>;
} {
  const masker = createMasker({ key: Buffer.alloc(32, 1), known: [known] });
  const given: string[] = [];
  return { masker, given, stream: lineMasker(masker, text => given.push(text)) };
}

describe('masking a stream', () => {
  it('gives whole lines as soon as they are there, and the rest at the end', () => {
    const { given, stream } = collector();
    for (const piece of ['one\ntw', 'o', '\nthree ', known.value.slice(0, 5)]) stream.write(piece);
    assert.deepEqual(given, ['one\n', 'two\n']);
    stream.write(known.value.slice(5));
    stream.end();
    assert.match(given.join(''), /^one\ntwo\nthree \[secret:env:[0-9a-f]{8}\]$/);
  });

  it('gives what masking the whole text gives, however it is cut', () => {
    const text = [
      'start',
      ...secrets
        .filter(([title]) => title !== 'a private key')
        .map(([, before, value, after]) => before + value + after),
      pem,
      'between',
      `${pem}\n${pem}`,
      'end',
    ].join('\n');
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 40 }), cuts => {
        const { masker, given, stream } = collector();
        const whole = masker.mask(text).text;
        let from = 0;
        for (const cut of cuts.toSorted((a, b) => a - b)) {
          stream.write(text.slice(from, cut));
          from = cut;
        }
        stream.write(text.slice(from));
        stream.end();
        assert.equal(given.join(''), whole);
      }),
    );
  });

  it('lets no line of a private key out that never ends, and goes on after it', () => {
    const { given, stream } = collector();
    const cut = pem.split('\n').slice(0, -1).join('\n');
    for (const line of `before\n${cut}\n[cut]\nafter\n`.split(/(?<=\n)/)) stream.write(line);
    assert.match(given.join(''), /^before\n\[secret:private-key:[0-9a-f]{8}\]\n\[cut\]\nafter\n$/);
    stream.write(`${cut}\n`);
    stream.end();
    assert.ok(!given.join('').includes('MIIE'));
  });

  it('does not wait for the end of a key that is only talked about', () => {
    const { given, stream } = collector();
    stream.write(`it begins with -----BEGIN ${'PRIVATE'} KEY-----\nand then some words\n`);
    assert.match(given.join(''), /and then some words\n$/);
  });

  it('hides lines that were cut out of a key, however they come', () => {
    const lines = pem.split('\n').slice(1, 4);
    const text = `before\n${lines.map((line, index) => `f:${index}:${line}\n`).join('')}after\n`;
    for (let size = 1; size < 90; size += 7) {
      const { given, stream } = collector();
      for (let at = 0; at < text.length; at += size) stream.write(text.slice(at, at + size));
      stream.end();
      assert.match(given.join(''), /^before\n(?:f:\d:\[secret:private-key:[0-9a-f]{8}\]\n){3}after\n$/);
    }
  });

  it('holds no more than it must of a line without an end, and hides secrets at its cuts', () => {
    const { masker, given, stream } = collector();
    const [, before, value, after] = secrets.find(([title]) => title === 'a client secret in JSON')!;
    const filler = 'some words and, more; '.repeat(40);
    const unit = `${filler}${known.value} ${before}${value}${after} `;
    const text = unit.repeat(Math.ceil((longestLine * 5) / unit.length));
    for (let at = 0; at < text.length; at += 997) {
      stream.write(text.slice(at, at + 997));
      assert.ok(at - given.join('').length < longestLine * 2);
    }
    stream.end();
    const out = given.join('');
    assert.ok(given.length > 3);
    assert.ok(!out.includes(known.value) && !out.includes(value));
    assert.equal(masker.unmask(out).text, text);
  });
});

describe('masking words as they stream', () => {
  it('gives what masking the whole text gives, and holds only what may be the beginning of a secret', () => {
    const text = `is it ${known.value}? ${known.value.slice(0, 6)} no, ${known.value}${known.value} yes`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: text.length }), { maxLength: 30 }), cuts => {
        const { masker } = collector();
        let given = '';
        const stream = wordMasker(masker, piece => {
          given += piece;
        });
        let from = 0;
        for (const cut of [...cuts.toSorted((a, b) => a - b), text.length]) {
          stream.write(text.slice(from, cut));
          from = cut;
          assert.ok(masker.unmask(given).text.length > cut - known.value.length * 2);
        }
        stream.end();
        assert.equal(given, masker.maskOwn(text).text);
      }),
    );
  });
});
