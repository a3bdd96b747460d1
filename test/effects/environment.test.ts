import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scrubEnvironment } from '../../src/effects/environment.ts';

const dropped = `
  ANTHROPIC_API_KEY ANTHROPIC_BASE_URL ANTHROPIC_AUTH_TOKEN GATEHOUSE_HOME GATEHOUSE_EFFECT VSCODE_IPC_HOOK_CLI
  VSCODE_INSPECTOR_OPTIONS ELECTRON_RUN_AS_NODE GIT_ASKPASS SSH_ASKPASS SSH_AUTH_SOCK SSH_AGENT_PID GPG_AGENT_INFO
  NODE_OPTIONS GITHUB_TOKEN NPM_TOKEN TOKEN OPENAI_API_KEY STRIPE_KEY CLIENT_SECRET DB_PASSWORD PGPASSWORD password
  MYSQL_PWD_PASSWORD AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN AWS_PROFILE
  GOOGLE_APPLICATION_CREDENTIALS AZURE_CLIENT_ID KUBECONFIG DOCKER_HOST LD_PRELOAD DYLD_INSERT_LIBRARIES BASH_ENV ENV
  PROMPT_COMMAND BASH_FUNC_git%% GIT_DIR GIT_WORK_TREE GIT_INDEX_FILE GIT_CONFIG_COUNT GIT_CONFIG_KEY_0
  GIT_CONFIG_GLOBAL GIT_SSH_COMMAND GIT_EXTERNAL_DIFF GIT_EXEC_PATH GIT_PROXY_COMMAND npm_config__auth
  SWAYSOCK I3SOCK REMOTE_CONTAINERS_IPC NVIM KITTY_LISTEN_ON NIRI_SOCKET
  NPM_CONFIG_//registry.npmjs.org/:_authToken DBUS_SESSION_BUS_ADDRESS XDG_RUNTIME_DIR DISPLAY WAYLAND_DISPLAY
  XAUTHORITY TMUX STY RIPGREP_CONFIG_PATH FORCE_COLOR
`;
const kept = `
  PATH HOME USER LANG LC_ALL TZ TMPDIR SHELL JAVA_HOME GOPATH CARGO_HOME NODE_ENV NVM_DIR VIRTUAL_ENV PYTHONPATH
  GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL npm_config_registry npm_config_cache HTTPS_PROXY AWS_REGION SSL_CERT_FILE
  NODE_EXTRA_CA_CERTS KEYBOARD MONKEY COMPASS_DIR PASSENGER_COUNT
`;
const words = (text: string) => text.trim().split(/\s+/);

describe('the environment of commands', () => {
  for (const name of words(dropped))
    it(`has no ${name}`, () => {
      const { env, dropped: names } = scrubEnvironment({ [name]: 'value-of-it' }, () => false);
      assert.ok(env[name] !== 'value-of-it');
      assert.deepEqual(names, [name]);
    });

  for (const name of words(kept))
    it(`keeps ${name}`, () => {
      const { env, dropped: names } = scrubEnvironment({ [name]: 'value' }, () => false);
      assert.equal(env[name], 'value');
      assert.deepEqual(names, []);
    });

  it('has no variable that holds a secret, whatever its name', () => {
    const from = { DATABASE_URL: 'postgres://u:p@h/d', OTHER: 'fine' };
    const result = scrubEnvironment(from, value => value.startsWith('postgres:'));
    assert.equal(result.env['DATABASE_URL'], undefined);
    assert.equal(result.env['OTHER'], 'fine');
    assert.deepEqual(result.secrets, ['postgres://u:p@h/d']);
  });

  it('has no variable that leads to a socket, whatever its name', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'gatehouse-socket-'));
    const path = join(folder, 'editor');
    const server = createServer();
    await new Promise<void>(resolve => server.listen(path, resolve));
    try {
      const from = {
        EDITOR_SERVER: path,
        WINDOW: `${path},123,0`,
        BUS: 'unix:path=/run/user/1000/bus,guid=1',
        TERMINAL: 'unix:@terminal',
        BUSES: 'tcp:host=a;unix:abstract=/tmp/x',
        FOLDER: folder,
        DB_PORT: 'tcp://172.17.0.5:5432',
        WORDS: 'the unix: philosophy',
      };
      const result = scrubEnvironment(from, () => false);
      assert.deepEqual(result.dropped, ['BUS', 'BUSES', 'EDITOR_SERVER', 'TERMINAL', 'WINDOW']);
      assert.deepEqual(result.secrets, []);
    } finally {
      server.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('names the values that are secrets, and not those that are merely dropped or too short to hide', () => {
    const from = {
      A_TOKEN: 'long-enough-token',
      B_KEY: 'short',
      SSH_AUTH_SOCK: '/run/agent.sock',
      EMPTY_KEY: undefined,
    };
    const result = scrubEnvironment(from, () => false);
    assert.deepEqual(result.secrets, ['long-enough-token']);
    assert.deepEqual(result.dropped, ['A_TOKEN', 'B_KEY', 'SSH_AUTH_SOCK']);
  });

  it('asks nobody, pages nothing and has no colours', () => {
    const { env } = scrubEnvironment(
      { PAGER: 'less', EDITOR: 'vim', GIT_EDITOR: 'vim', TERM: 'xterm-256color' },
      () => false,
    );
    assert.deepEqual(
      { ...env },
      {
        GIT_TERMINAL_PROMPT: '0',
        GIT_PAGER: 'cat',
        GIT_EDITOR: 'true',
        EDITOR: 'true',
        PAGER: 'cat',
        TERM: 'dumb',
        NO_COLOR: '1',
        DEBIAN_FRONTEND: 'noninteractive',
      },
    );
  });
});
