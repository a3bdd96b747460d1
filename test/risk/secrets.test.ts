import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isSecretName } from '../../src/risk/secrets/assigned.ts';
import { parseDotenv } from '../../src/risk/secrets/dotenv.ts';
import { findSecrets } from '../../src/risk/secrets.ts';
import { nonSecrets, pem, secrets } from './secrets.corpus.ts';

const found = (text: string): string[] => findSecrets(text).map(({ start, end }) => text.slice(start, end));

describe('finding secrets', () => {
  for (const [title, before, secret, after, type] of secrets)
    it(`sees ${title}`, () => {
      const spans = findSecrets(before + secret + after);
      assert.deepEqual(
        spans.map(({ start, end }) => (before + secret + after).slice(start, end)),
        [secret],
      );
      if (type !== undefined) assert.equal(spans[0]?.type, type);
    });

  for (const text of nonSecrets)
    it(`leaves ${JSON.stringify(text.slice(0, 70))}`, () => {
      assert.deepEqual(found(text), []);
    });
});

describe('finding private keys', () => {
  it('takes the whole block with its markers', () => {
    assert.deepEqual(found(`a\n${pem}\nb\n`), [pem]);
    assert.deepEqual(found(`${pem}\n${pem}`), [pem, pem]);
  });

  it('takes one whose end was cut off, up to the last line of its body', () => {
    const lines = pem.split('\n');
    for (let kept = 1; kept < lines.length; kept++) {
      const part = lines.slice(0, kept).join('\n');
      assert.deepEqual(found(`${part}\n[the rest was cut]`), [part]);
      assert.deepEqual(found(part), [part]);
    }
  });

  it('takes one whose beginning was cut off', () => {
    const tail = pem.split('\n').slice(2).join('\n');
    assert.deepEqual(found(`some words\n${tail}\nmore`), [tail]);
  });

  it('takes one within JSON, one with numbered lines, one in a diff', () => {
    const json = JSON.stringify({ private_key: `${pem}\n`, other: 'kept' });
    assert.equal(findSecrets(json).length, 1);
    assert.ok(!json.replace(found(json)[0] ?? '', '').includes('MIIE'));
    const cut = JSON.stringify(pem).slice(0, -60);
    assert.ok(!cut.replace(found(cut)[0] ?? '', '').includes('MIIE'));
    for (const prefix of ['    12\t', '12→', '+', '> ', '# ']) {
      const whole = pem.split('\n').map(line => prefix + line);
      const text = whole.slice(0, -1).join('\n');
      const rest = text.replace(found(text)[0] ?? '', '');
      assert.ok(!/[A-Za-z0-9+/]{40}/.test(rest), `${JSON.stringify(prefix)} leaves ${rest}`);
    }
  });

  it('leaves public keys and certificates', () => {
    assert.deepEqual(found(pem.replaceAll(`${'PRIVATE'} KEY`, 'PUBLIC KEY')), []);
    assert.deepEqual(found(pem.replaceAll(`${'PRIVATE'} KEY`, 'CERTIFICATE')), []);
  });
});

describe('spans', () => {
  it('are sorted, apart and within the text, whatever the text', () => {
    const piece = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.constantFrom(
        ...secrets.map(([, before, secret, after]) => before + secret + after),
        pem,
        '\n',
        '"',
        '[secret:',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), pieces => {
        const text = pieces.join('');
        let last = 0;
        for (const { start, end, type } of findSecrets(text)) {
          assert.ok(start >= last && end > start && end <= text.length);
          assert.match(type, /^[a-z][a-z0-9-]*$/);
          last = end;
        }
      }),
    );
  });

  it('take time in proportion to the text, whoever wrote it', () => {
    const size = 200_000;
    const fill = (text: string): string => text.repeat(Math.ceil(size / text.length)).slice(0, size);
    const marker = `-----BEGIN ${'PRIVATE'} KEY-----`;
    const hostile = [
      'a',
      'A1',
      'eyJ',
      'eyJaaaaaaaa.',
      'token',
      'token=',
      'password: string ',
      '://',
      '://a:',
      '"',
      '\\',
      'sk-',
      'curl ',
      'curl -u ',
      'Bearer ',
      marker,
      `${marker}\n`,
      `${marker}\nAAAA\n`,
      marker.replace('BEGIN', 'END'),
      '--',
      '--api-',
      'authorization:',
      '=',
      ' ',
      '\n',
      'x.y.',
      'AKIAAAAAAAAAAAAAAAAA',
      'Aa1.',
      '[secret:',
      '$',
      '`',
    ];
    // Far beyond what linear work takes and far below what quadratic work does (4e10 steps).
    for (const text of hostile) {
      const begun = performance.now();
      findSecrets(fill(text));
      assert.ok(performance.now() - begun < 5000, JSON.stringify(text));
    }
  });
});

describe('the names of secrets', () => {
  it('are told from other names', () => {
    for (const name of [
      'API_KEY',
      'DB_PASSWORD',
      'githubToken',
      'CLIENT_SECRET',
      'AWS_SECRET_ACCESS_KEY',
      'KEY',
      'DB_PASS',
      'SENTRY_DSN',
    ])
      assert.equal(isSecretName(name), true, name);
    for (const name of ['PATH', 'PWD', 'OLDPWD', 'PORT', 'KEYBOARD', 'HOME', 'NODE_ENV', 'AUTHOR', 'COMPASS'])
      assert.equal(isSecretName(name), false, name);
  });
});

describe('a .env file', () => {
  it('is read as its readers do', () => {
    const text = [
      '\uFEFFPLAIN=abc def # a comment',
      'export EXPORTED = spaced ',
      '# COMMENTED=1',
      'SINGLE=\'a "b" # \\n c\'',
      'DOUBLE="line\\nnext \\"q\\" # kept" # gone',
      'BACK=`it\'s "both"`',
      'MULTI="first',
      'second=inner',
      'third"',
      'EMPTY=',
      'HASH=a#b',
      'URL=https://x/y?a=b=c',
      'not a line',
      'TWICE=1',
      'TWICE=2',
      'OPEN="never closed',
      'LAST=end',
    ].join('\r\n');
    assert.deepEqual(Object.fromEntries(parseDotenv(text)), {
      PLAIN: 'abc def',
      EXPORTED: 'spaced',
      SINGLE: 'a "b" # \\n c',
      DOUBLE: 'line\nnext "q" # kept',
      BACK: 'it\'s "both"',
      MULTI: 'first\nsecond=inner\nthird',
      EMPTY: '',
      HASH: 'a#b',
      URL: 'https://x/y?a=b=c',
      TWICE: '2',
      OPEN: '"never closed',
      LAST: 'end',
    });
  });
});
