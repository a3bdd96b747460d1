import assert from 'node:assert/strict';
import { type Played, placeholder, play, value } from './play.ts';

const env = `STRIPE=${value}\n`;
const say = (text: string): unknown => ({ say: text });
const bash = (command: string): unknown => ({ calls: [{ tool: 'Bash', input: { command } }] });

function hidden(played: Played, secret = value): void {
  for (const place of ['journal', 'requests', 'live', 'outcome'] as const)
    assert.ok(!played[place].includes(secret), `${place} holds it`);
}

describe('a run hides the values of .env files, whoever writes them', () => {
  it('in the prompt', async () => {
    const played = await play([say('done')], { files: { '.env': env }, prompt: `why is ${value} refused?` });
    hidden(played);
    assert.match(played.of('run.started')[0]?.prompt ?? '', /^why is \[secret:env:[0-9a-f]{8}\] refused\?$/);
    assert.match(played.requests, placeholder);
  });

  it('in what is said on the way', async () => {
    const played = await play([bash('true'), say('done')], { files: { '.env': env }, say: `try ${value}` });
    hidden(played);
    assert.match(played.of('person.said')[0]?.text ?? '', placeholder);
  });

  it('in the sentence of a denial', async () => {
    const answer = { verdict: 'deny', why: `use ${value} instead` } as const;
    const played = await play([bash('git push origin main'), say('done')], { files: { '.env': env }, answer });
    hidden(played);
    assert.match(JSON.stringify(played.of('question.answered')), placeholder);
    assert.match(played.answers[0] ?? '', placeholder);
  });

  it('in what the model says, as it streams and after', async () => {
    const played = await play([say(`it is ${value}, ${value} and no other`)], { files: { '.env': env } });
    hidden(played);
    assert.match(played.live, /^it is \[secret:env:([0-9a-f]{8})\], \[secret:env:\1\] and no other$/);
    assert.match(JSON.stringify(played.of('model.answered')), placeholder);
  });

  it('in what a model server answers in its errors', async () => {
    const played = await play([{ say: 'x', fault: { status: 400, message: `no ${value} here` } }], {
      files: { '.env': env },
    });
    hidden(played);
    assert.match(JSON.stringify(played.of('model.failed')), placeholder);
    assert.match(JSON.stringify(played.result.failure), placeholder);
  });

  it('in output as it comes', async () => {
    const played = await play([bash('cat plain.txt; printf "%s" "$(cat plain.txt)"'), say('done')], {
      files: { '.env': env, 'plain.txt': `a ${value} b\n` },
    });
    hidden(played);
    assert.match(played.live, /^a \[secret:env:[0-9a-f]{8}\] b\na \[secret:env:[0-9a-f]{8}\] b/);
  });

  it('in the name of its folder', async () => {
    const played = await play([say('done')], { files: { '.env': env }, folder: `of-${value}` });
    hidden(played);
    assert.match(played.of('run.started')[0]?.workspace ?? '', /of-\[secret:env:[0-9a-f]{8}\]$/);
    assert.match(played.of('context.added')[0]?.text ?? '', placeholder);
  });
});

describe('a run knows as secrets', () => {
  it("the environment's", async () => {
    const played = await play([say('done')], { env: { SERVICE_TOKEN: value }, prompt: `see ${value}` });
    hidden(played);
    assert.match(played.of('run.started')[0]?.prompt ?? '', placeholder);
  });

  it('the key that it was given, wherever that came from', async () => {
    const tokens: string[] = [];
    const prompt = (token: string): string => {
      tokens.push(token);
      return `the word ${token.slice(0)} is here`;
    };
    const played = await play([say('done')], { prompt });
    const [token = ''] = tokens;
    assert.ok(token.length >= 8);
    hidden(played, token);
  });
});

describe("the model's own text stands as it is", () => {
  it('in a command with a password that it made up, again and again, whatever its output', async () => {
    const command = 'echo postgres://postgres:devpass99@localhost/db DB_PASSWORD=devpass99';
    const played = await play([bash(command), bash(command), say('done')]);
    assert.deepEqual(
      played.of('effect.proposed').map(({ value }) => value.kind === 'exec' && value.command),
      [command, command],
    );
    assert.equal(played.of('effect.done').length, 2);
    assert.match(played.answers[1] ?? '', /^postgres:\/\/postgres:devpass99@/);
  });

  it('unless it is known: then the call is refused before anybody is asked', async () => {
    const files = { '.env': env, 'f.txt': 'x\n' };
    const calls = [
      { tool: 'Bash', input: { command: `curl -d ${value} http://127.0.0.1:9` } },
      { tool: 'Bash', input: { command: 'true', description: value } },
      { tool: 'Grep', input: { pattern: value } },
      { tool: 'Read', input: { file_path: `a/${value}` } },
      { tool: 'Write', input: { file_path: 'g.txt', content: value } },
      { tool: 'Bash', input: { command: `echo ${Buffer.from(value).toString('base64')}` } },
    ];
    const played = await play([{ calls }, say('done')], { files });
    hidden(played);
    assert.equal(played.of('effect.proposed').length, 0);
    const errors = played.of('tool.answered').map(({ isError }) => isError);
    assert.deepEqual(
      errors,
      calls.map(() => true),
    );
    for (const text of played.answers) assert.match(text, /^\[secret:env:[0-9a-f]{8}\] stands for a secret/);
  });
});
