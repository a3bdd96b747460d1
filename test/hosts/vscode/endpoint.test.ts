import assert from 'node:assert/strict';
import { type Circumstances, chooseEndpoint } from '../../../src/hosts/vscode/endpoint.ts';

const defaultBaseUrl = 'https://api.anthropic.com';
const around = (more: Partial<Circumstances> & { stored?: Record<string, string> } = {}): Circumstances => {
  const { stored = {}, ...rest } = more;
  return {
    baseUrl: defaultBaseUrl,
    defaultBaseUrl,
    keys: { get: baseUrl => Promise.resolve(stored[baseUrl] ?? null) },
    env: {},
    sample: false,
    script: '/ext/media/demo.rehearsal.yaml',
    ...rest,
  };
};
const rehearsal = { type: 'ready', endpoint: { type: 'rehearsal', script: '/ext/media/demo.rehearsal.yaml' } };

describe('who answers a run in VS Code', () => {
  it("is nobody in a person's own folder without a key", async () => {
    assert.deepEqual(await chooseEndpoint(around()), { type: 'noKey', origin: defaultBaseUrl });
  });

  it('is the API once a key is stored for it', async () => {
    const choice = await chooseEndpoint(around({ stored: { [defaultBaseUrl]: 'sk-1' } }));
    assert.deepEqual(choice, { type: 'ready', endpoint: { type: 'api', apiKey: 'sk-1', baseUrl: defaultBaseUrl } });
  });

  it('is the script in the sample without a key, and the API with one', async () => {
    assert.deepEqual(await chooseEndpoint(around({ sample: true })), rehearsal);
    const choice = await chooseEndpoint(around({ sample: true, stored: { [defaultBaseUrl]: 'sk-1' } }));
    assert.equal(choice.type === 'ready' && choice.endpoint.type, 'api');
  });

  it('is the script wherever it was asked for', async () => {
    const env = { GATEHOUSE_REHEARSAL: '1' };
    assert.deepEqual(await chooseEndpoint(around({ env, stored: { [defaultBaseUrl]: 'sk-1' } })), rehearsal);
    assert.equal((await chooseEndpoint(around({ env: { GATEHOUSE_REHEARSAL: '' } }))).type, 'noKey');
  });

  it("is a person's own server without a key, which no other address's key reaches", async () => {
    const baseUrl = 'http://127.0.0.1:8080';
    const choice = await chooseEndpoint(around({ baseUrl, stored: { [defaultBaseUrl]: 'sk-1' } }));
    assert.deepEqual(choice, { type: 'ready', endpoint: { type: 'api', apiKey: '', baseUrl } });
  });

  it('takes no address from the environment, and a key only in the sample and for the API itself', async () => {
    const env = { ANTHROPIC_API_KEY: 'sk-env', ANTHROPIC_BASE_URL: 'http://evil.invalid' };
    assert.equal((await chooseEndpoint(around({ env }))).type, 'noKey');
    assert.deepEqual(await chooseEndpoint(around({ env, sample: true })), {
      type: 'ready',
      endpoint: { type: 'api', apiKey: 'sk-env', baseUrl: defaultBaseUrl },
    });
    const own = await chooseEndpoint(around({ env, sample: true, baseUrl: 'http://127.0.0.1:8080' }));
    assert.deepEqual(own, { type: 'ready', endpoint: { type: 'api', apiKey: '', baseUrl: 'http://127.0.0.1:8080' } });
  });
});
