import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { isTelling, knownFromDotenv, knownFromEnvironment } from '../../src/journal/known.ts';
import { createMasker } from '../../src/journal/masker.ts';
import { createNeedles, formsOf } from '../../src/journal/needles.ts';
import { pem, secrets } from '../risk/secrets.corpus.ts';

const key = createHash('sha256').update('a run').digest();
const secret = 'Zt7/q+9w"Lm#2 \nvK4='.replace('\n', '');
const known = [
  { name: 'DB_PASSWORD', value: secret },
  { name: 'OTHER', value: 'q8Jd-71xPz-44Tb' },
  { name: 'LONGER', value: 'q8Jd-71xPz-44Tb-and-more' },
];
const placeholder = /^\[secret:[a-z][a-z0-9-]*:[0-9a-f]{8}\]$/;

describe('masking', () => {
  it('hides known values wherever they stand, the longest first, and gives the exact text back', () => {
    const masker = createMasker({ key, known });
    const text = `x${secret}y ${known[2]!.value} ${known[1]!.value}${known[1]!.value}`;
    const masked = masker.mask(text);
    assert.equal(masked.count, 4);
    assert.match(masked.text, /^x\[secret:env:[0-9a-f]{8}\]y \[[^\]]+\] (\[[^\]]+\])\1$/);
    assert.deepEqual(masker.unmask(masked.text), { text, restored: 4, unknown: [] });
  });

  it('hides base64, URL and JSON forms of known values, also within something longer', () => {
    const masker = createMasker({ key, known });
    const forms = [
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      Buffer.from(secret).toString('base64'),
      Buffer.from(secret).toString('base64url'),
    ];
    for (const form of forms) {
      const text = `a ${form} b`;
      const masked = masker.mask(text).text;
      assert.match(masked, /^a \[secret:[^\]]+\](?:=*) b$/, form);
      assert.equal(masker.unmask(masked).text, text);
    }
    for (const name of ['', 'u:', 'us:', 'use:']) {
      const text = Buffer.from(`${name}${secret}@ more`).toString('base64');
      const masked = masker.mask(text);
      assert.equal(masked.count, 1, name);
      // All but the characters at either end, which hold bits of the neighbours too.
      const left = masked.text.replace(/\[.*\]/, '');
      assert.ok(text.length - left.length >= Math.floor((secret.length * 8) / 6) - 1, left);
      assert.equal(masker.unmask(masked.text).text, text);
    }
  });

  it('calls the same secret the same throughout a run, and otherwise in another run', () => {
    const [, , token] = secrets[0]!;
    const mask = (masker: ReturnType<typeof createMasker>): string => masker.mask(token).text;
    const masker = createMasker({ key, known: [] });
    assert.match(mask(masker), placeholder);
    assert.equal(mask(masker), mask(masker));
    assert.equal(mask(createMasker({ key, known: [] })), mask(masker));
    assert.notEqual(mask(createMasker({ key: Buffer.alloc(32), known: [] })), mask(masker));
  });

  it('leaves placeholders that it never handed out, and names them', () => {
    const masker = createMasker({ key, known });
    const text = 'a [secret:env:00000000] b [secret:env:00000000] [secret:Bad:1] [secret:x:123]';
    assert.deepEqual(masker.mask(text), { text, count: 0 });
    assert.deepEqual(masker.unmask(text), { text, restored: 0, unknown: ['[secret:env:00000000]'] });
  });

  it('learns values that turn up later', () => {
    const masker = createMasker({ key, known: [] });
    const env = `SESSION=k3-Vd82-mmQ1\nPORT=3000\nNODE_ENV=development\nKEY="one-1-line\nand-2-more"\n`;
    assert.equal(masker.mask('k3-Vd82-mmQ1').count, 0);
    masker.addKnown(knownFromDotenv(env));
    assert.equal(masker.mask('k3-Vd82-mmQ1').count, 1);
    assert.equal(masker.mask('port 3000 in development').count, 0);
    assert.equal(masker.mask('one-1-line').count + masker.mask('and-2-more').count, 2);
  });

  it('knows a private key’s lines once it has seen the key', () => {
    const masker = createMasker({ key, known: [] });
    const body = pem.split('\n').slice(1, 4).join('\n');
    assert.equal(masker.mask(body).count, 0);
    assert.match(masker.mask(pem).text, placeholder);
    const again = masker.mask(body);
    assert.equal(again.count, 3);
    assert.equal(masker.unmask(again.text).text, body);
  });

  it('holds what it masked once: from then on it is hidden alone, encoded, and in the model’s own text', () => {
    const masker = createMasker({ key, known: [] });
    const value = ['kq7', 'Zt90', 'fJwR0pII'].join('-');
    assert.deepEqual(masker.maskOwn(`it is ${value}`), { text: `it is ${value}`, count: 0 });
    const masked = masker.mask(`password = "${value}"`).text;
    const mark = /\[.*\]/.exec(masked)?.[0] ?? '';
    assert.equal(masker.mask(`it is ${value}`).text, `it is ${mark}`);
    assert.equal(masker.maskOwn(`it is ${value}`).text, `it is ${mark}`);
    assert.equal(masker.maskOwn(Buffer.from(value).toString('base64')).count, 1);
  });

  it('does not hold what is too common, nor the markers of a key that is not there', () => {
    const masker = createMasker({ key, known: [] });
    masker.mask(`postgres://postgres:postgres@db and -----BEGIN ${'PRIVATE'} KEY-----`);
    const text = `run postgres on -----BEGIN ${'PRIVATE'} KEY-----`;
    assert.deepEqual(masker.maskOwn(text), { text, count: 0 });
  });

  it('learns a whole file, so that no part of it is shown', () => {
    const masker = createMasker({ key, known: [] });
    masker.learn(pem.replaceAll('\n', '\r\n'));
    for (const line of pem.split('\n').slice(1, -1))
      assert.match(masker.mask(`7:${line}`).text, /^7:\[secret:[^\]]+\]$/);
  });

  it('names what an edit would take elsewhere, and shows what is new', () => {
    const masker = createMasker({ key, known });
    const mark = masker.mask(secret).text;
    assert.deepEqual(masker.maskChange(`a ${secret}`, `b ${secret}`), {
      before: `a ${mark}`,
      after: `b ${mark}`,
      moved: null,
    });
    assert.equal(masker.maskChange('a', secret).moved, mark);
    assert.equal(masker.maskChange(null, secret).moved, mark);
    const fresh = `password = "${['mm4', 'Xw81', 'p0'].join('-')}"`;
    assert.deepEqual(masker.maskChange('a', fresh), { before: 'a', after: fresh, moved: null });
    const short = { before: 'postgres://u:hunter2@h', after: 'x\npostgres://u:hunter2@h' };
    const both = masker.maskChange(short.before, short.after);
    assert.equal(both.after, `x\n${both.before}`);
    assert.ok(!both.after.includes('hunter2'));
  });

  it('round-trips any text, and masked text stays as it is', () => {
    const values = [secret, known[1]!.value, known[2]!.value, ...formsOf(secret)];
    const pieces = fc.array(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 12 }),
        fc.string({ maxLength: 12 }),
        fc.constantFrom(
          ...values,
          pem,
          pem.slice(0, 120),
          '\n',
          '"',
          '=',
          '://u:',
          '@',
          'password=',
          'password: "',
          'AK',
          '[secret:',
        ),
        fc.constantFrom(...secrets.map(([, before, value, after]) => before + value + after)),
        fc.constantFrom(...secrets.map(([, , value]) => value)),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(pieces, parts => {
        const masker = createMasker({ key, known });
        const text = parts.join('');
        const masked = masker.mask(text);
        assert.equal(masker.unmask(masked.text).text, text);
        assert.deepEqual(masker.mask(masked.text), { text: masked.text, count: 0 });
        for (const value of [secret, known[1]!.value]) assert.ok(!masked.text.includes(value));
        if (masked.count === 0) assert.equal(masked.text, text);
      }),
      { numRuns: 500 },
    );
  });

  it('finds 200 values in a megabyte', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      name: `KEY_${index}`,
      value: createHash('sha256').update(String(index)).digest('base64').slice(0, 24),
    }));
    const masker = createMasker({ key, known: many });
    const filler = 'The quick brown fox jumps over the lazy dog. '.repeat(110);
    const text = many.map(({ value }) => filler + value).join('\n');
    assert.ok(text.length > 900_000);
    const masked = masker.mask(text);
    assert.equal(masked.count, 200);
    assert.equal(masker.unmask(masked.text).text, text);
  });
});

describe('needles', () => {
  it('are found where a plain search finds them', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 14 });
    fc.assert(
      fc.property(
        fc.array(letters, { maxLength: 5 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 }),
        (texts, hay) => {
          const needles = createNeedles();
          for (const text of texts) needles.add(text, 'x');
          const expected = [];
          for (let at = 0; at < hay.length; at++) {
            const longest = Math.max(0, ...texts.filter(text => hay.startsWith(text, at)).map(text => text.length));
            if (longest > 0) expected.push({ start: at, end: at + longest, type: 'x' });
          }
          assert.deepEqual(needles.find(hay), expected);
        },
      ),
    );
  });
});

describe('the beginning of a needle', () => {
  it('is where a text can be cut so that no needle is cut in two', () => {
    const letters = (minLength: number, maxLength: number) =>
      fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength, maxLength });
    fc.assert(
      fc.property(
        fc.array(letters(8, 12), { maxLength: 4 }),
        letters(0, 40),
        letters(0, 20),
        (texts, before, after) => {
          const needles = createNeedles();
          for (const text of texts) needles.add(text, 'x');
          const cut = needles.opening(before);
          for (const { start, end } of needles.find(before + after))
            assert.ok(end <= cut || start >= cut || end <= before.length);
          for (const { start, end } of needles.find(before)) assert.ok(end <= cut || start >= cut);
          if (texts.length === 0) assert.equal(cut, before.length);
        },
      ),
    );
  });
});

describe('known values', () => {
  it('are looked for when they tell something', () => {
    const rows: [string, string, boolean][] = [
      ['SESSION', 'k3Vd82mmQ1', true],
      ['API_TOKEN', 'correcthorsebattery', true],
      ['DATABASE_URL', 'postgres://app:s3cr3t-pw@db/app', true],
      ['HOOK', 'https://hooks.company.io/services/T0123ABCD/B0456/x9Kq2mVz81LpQ7', true],
      ['SHORT', 'a1b2c3', false],
      ['DB_PASSWORD', 'postgres', false],
      ['DEBUG', 'true', false],
      ['HOST', 'localhost', false],
      ['NODE_ENV', 'development', false],
      ['PORT', '30000000', false],
      ['DATE', '2026-11-20T04:29', false],
      ['APP_NAME', 'my-application', false],
      ['API_URL', 'https://api.example.com/v1/users', false],
      ['LOG_FILE', '/var/log/app/server.log', false],
      ['DATA', './data/files', false],
      ['REGION', 'eu-central-1', false],
      ['DOMAIN', 'api.internal.example.org:8080', false],
      ['MAIL', 'someone@company.org', false],
      ['SECRET_KEY', 'changeme-please', false],
      ['TOKEN', '${OTHER_TOKEN}', false],
    ];
    for (const [name, value, telling] of rows) assert.equal(isTelling({ name, value }), telling, `${name}=${value}`);
  });

  it('are taken from the environment by name, and from within values', () => {
    const env = {
      PATH: '/usr/bin:/bin',
      PWD: '/home/ann/some (odd) path',
      SSH_AUTH_SOCK: '/tmp/ssh-1/agent.1',
      GITHUB_TOKEN: 'abc',
      DATABASE_URL: 'postgres://app:s3cr3t-pw@db/app',
      UNSET: undefined,
    };
    assert.deepEqual(knownFromEnvironment(env), [
      { name: 'GITHUB_TOKEN', value: 'abc' },
      { name: 'DATABASE_URL', value: 's3cr3t-pw' },
    ]);
  });
});
