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
  MYSQL_PWD DB_PWD DB_PW db_pass SLACK_WEBHOOK_URL TEAMS_WEBHOOK slackWebhookUrl MASTER_KEY_BASE64 SIGNING_KEY_PEM
  ENCRYPTION_SEED WALLET_MNEMONIC ACCOUNTKEY StorageAccountKey CONNSTR CONN_STR DefaultConnectionString
  CONNECTION_STRING_PROD COOKIE SESSION_COOKIE CREDS GCP_CREDS_JSON BEARER PGPASSFILE PASSWD DATABASE_DSN API_KEY_2
  DEPLOY_KEY_OLD JWT REGISTRY_AUTH GH_PAT RAILS_MASTER_KEY ENCRYPTION_KEYS BASIC_AUTH_CREDENTIALS
  USERPWD CURL_USERPWD USERPASS FTPPASS SESSION APP_SESSION PHPSESSID TOK GH_TOK CI_TKN LDAP_BIND LDAP_BIND_PW PIN CARD_PIN
  HEADERS REQUEST_HEADERS OTEL_EXPORTER_OTLP_HEADERS
`;
const kept = `
  PATH HOME USER LANG LC_ALL TZ TMPDIR SHELL JAVA_HOME GOPATH CARGO_HOME NODE_ENV NVM_DIR VIRTUAL_ENV PYTHONPATH
  GIT_AUTHOR_NAME GIT_COMMITTER_EMAIL npm_config_registry npm_config_cache HTTPS_PROXY AWS_REGION SSL_CERT_FILE
  NODE_EXTRA_CA_CERTS KEYBOARD MONKEY COMPASS_DIR PASSENGER_COUNT
  PWD OLDPWD INIT_CWD SEED RANDOM_SEED PYTHONHASHSEED KEY_PATH SSH_KEY_NAME COOKIE_DOMAIN AUTH_MODE TOKEN_TTL PASS_RATE
  WEBHOOK_PORT PW_TEST_HTML_REPORT PWDEBUG DATABASE_HOST CI BUILD_NUMBER LS_COLORS XDG_SESSION_ID DESKTOP_SESSION LOGNAME
  HOSTNAME COLUMNS LINES npm_package_json npm_lifecycle_event MAVEN_OPTS GRADLE_OPTS RUSTFLAGS CFLAGS PKG_CONFIG_PATH
  DOTNET_ROOT ANDROID_HOME FLUTTER_ROOT RAILS_ENV DJANGO_SETTINGS_MODULE PORT DEBUG LOG_LEVEL CONNECTIONS CONN_POOL_SIZE
  GOFLAGS GOPROXY PIP_INDEX_URL UV_INDEX KEYMAP LC_CTYPE PASSTHROUGH AUTHOR COMPOSER_HOME PGHOST PGUSER MYSQL_HOST
  GDMSESSION WT_SESSION KDE_FULL_SESSION XDG_SESSION_TYPE XDG_SESSION_CLASS SESSION_TIMEOUT SPIN SKIP_PIN_CHECK PINS STOKE
  LDAP_BIND_DN BIND BIND_ADDRESS INCLUDE_HEADERS HEADER_SIZE BYPASS COMPASS USERPROFILE TOKENIZERS_PARALLELISM
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

  it('has no connection string with a password in it, and no address that anybody may post to', () => {
    const gone = {
      DB: 'Server=db;User Id=sa;Password=hunter22;',
      STORE: 'DefaultEndpointsProtocol=https;AccountName=a;AccountKey=abcd==;EndpointSuffix=x',
      NOTIFY: 'https://hooks.slack.com/services/T0/B0/abc',
      ALERT: 'https://discord.com/api/webhooks/1/abc',
      CURL_OPTIONS: '-H "Authorization: Bearer abcdefgh"',
      SEND: 'X-Api-Key: abcdefgh, Accept: */*',
      SIGNED: 'Bearer abcdefgh.ijklm',
      JAR: 'accept: */*; cookie: sid=abcdefgh',
    };
    const stay = {
      MAVEN_OPTS: '-Djavax.net.ssl.trustStorePassword=changeit -Xmx2g',
      DOCS: 'https://api.slack.com/messaging/webhooks',
      ALLOWED: 'Authorization, Content-Type, Cookie',
      ABOUT: 'Bearer of news',
      NODE_PATH: '/usr/lib/node_modules',
    };
    const result = scrubEnvironment({ ...gone, ...stay }, () => false);
    assert.deepEqual(result.dropped, Object.keys(gone).sort());
    assert.deepEqual(result.secrets, Object.values(gone));
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
