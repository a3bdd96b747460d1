import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { type Played, placeholder, play, value } from './play.ts';

const done = { say: 'done' };
const read = (file_path: string, more = {}): unknown => ({ calls: [{ tool: 'Read', input: { file_path, ...more } }] });
const grep = (pattern: string, more = {}): unknown => ({
  calls: [{ tool: 'Grep', input: { pattern, output_mode: 'content', ...more } }],
});
const bash = (command: string): unknown => ({ calls: [{ tool: 'Bash', input: { command } }] });
/** A folder that is not looked through when a run starts. */
const deep = 'node_modules/p';
const env = `STRIPE=${value}\nPORT=3000\n`;

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const lines = pem.split('\n').slice(1, -2);

function hidden(played: Played, secrets: readonly string[] = [value]): void {
  assert.ok(
    played.answers.every(text => !text.startsWith('Refused')),
    played.answers.join('\n'),
  );
  for (const secret of secrets)
    for (const place of ['journal', 'requests'] as const)
      assert.ok(!played[place].includes(secret), `${place} holds ${secret}`);
}

describe('before an answer is shown, the run learns', () => {
  it('all of a .env file of which a part is read', async () => {
    const files = { [`${deep}/.env`]: env, 'other.txt': `x ${value}\n` };
    const played = await play([read(`${deep}/.env`, { offset: 2, limit: 1 }), read('other.txt'), done], { files });
    hidden(played);
    assert.match(played.answers[1] ?? '', placeholder);
  });

  it('a .env file by the name of a link to it, and by the name of what it leads to', async () => {
    for (const name of ['.env', 'target.txt']) {
      const link = name === '.env' ? '-> target.txt' : '-> .env';
      const other = name === '.env' ? 'target.txt' : '.env';
      const files = { [`${deep}/${name}`]: link, [`${deep}/${other}`]: env };
      hidden(await play([read(`${deep}/${name}`), done], { files }));
    }
  });

  it('what a .env link of the workspace leads to, before anybody asks for it', async () => {
    hidden(
      await play([read('shared/config.txt'), done], {
        files: { '.env': '-> shared/config.txt', 'shared/config.txt': env },
      }),
    );
  });

  it('every .env file among the hits of a search', async () => {
    const played = await play([grep('STRIPE|PORT', { path: deep }), done], {
      files: { [`${deep}/a/b/c/d/.env`]: env },
    });
    hidden(played);
    assert.match(played.answers[0] ?? '', /\.env:1:STRIPE=\[secret:env:[0-9a-f]{8}\]\n/);
  });

  it('a .env file however deep, and one that the same command made', async () => {
    hidden(await play([bash('cat a/b/c/d/e/.env'), done], { files: { 'a/b/c/d/e/.env': env } }));
    const half = value.length / 2;
    const made = `a=${value.slice(0, half)}; b=${value.slice(half)}; echo "STRIPE=$a$b" > .env; cat .env`;
    const played = await play([bash(made), done]);
    assert.match(played.answers[0] ?? '', /^STRIPE=\[secret:env:[0-9a-f]{8}\]\n\[checkpoint 1\]$/);
    hidden(played);
  });

  it('what a background command printed and left in a .env file, when its log is read', async () => {
    const half = value.length / 2;
    const made = `a=${value.slice(0, half)}; b=${value.slice(half)}; echo "STRIPE=$a$b" > .env; cat .env`;
    const command = `until [ -e go ]; do sleep 0.02; done; ${made}; sed -n 5,9p deploy.txt; echo ready`;
    const played = await play(
      [
        { calls: [{ tool: 'Bash', input: { command, run_in_background: true } }] },
        {
          capture: { log: 'goes to (\\S+\\.log)' },
          calls: [{ tool: 'Write', input: { file_path: 'go', content: 'on\n' } }],
        },
        { label: 'wait', when: { result: { contains: 'ready' } }, ...done },
        { ...Object(read('${capture.log}')), goto: 'wait' },
      ],
      { files: { 'deploy.txt': pem } },
    );
    hidden(played, [value, ...lines]);
    assert.match(played.answers.at(-1) ?? '', /STRIPE=\[secret:env:[0-9a-f]{8}\]\n +2\t\[secret:private-key:/);
  });
});

describe('no line of a private key is shown', () => {
  const files = { 'deploy.txt': pem, 'pad.txt': `${'x\n'.repeat(3000)}${pem}` };

  it('where a slice is read that has no marker', async () => {
    const played = await play(
      [read('deploy.txt', { offset: 5, limit: 5 }), read('deploy.txt', { offset: lines.length + 1, limit: 1 }), done],
      { files },
    );
    hidden(played, lines);
    assert.match(played.answers[0] ?? '', /^ +5\t\[secret:private-key:[0-9a-f]{8}\]\n/);
  });

  it('where a search hits a few of them', async () => {
    const played = await play([grep('^[A-Za-z0-9+/]{64}$'), grep(`^${lines[7]?.slice(0, 5)}`), done], {
      files: { 'deploy.txt': pem, 'server.pem': pem },
    });
    hidden(played, lines);
    assert.ok(!played.answers.join('\n').includes('server.pem'));
  });

  it('where a command prints some of them, whole or with numbers, also as it comes', async () => {
    for (const command of [
      'sed -n 5,9p deploy.txt',
      'grep -n . deploy.txt | sed -n 5,9p',
      'tail -n 5 deploy.txt | head -4',
      'cat pad.txt',
    ]) {
      const played = await play([bash(command), done], { files });
      hidden(played, lines);
      for (const line of lines) assert.ok(!played.live.includes(line), command);
    }
  });
});
