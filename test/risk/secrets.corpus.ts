import { createHash } from 'node:crypto';

/** Random-looking characters that are the same each time; no secret of anybody stands in this file. */
function noise(length: number, alphabet: string, seed: string): string {
  let text = '';
  for (let round = 0; text.length < length; round++) {
    const bytes = createHash('sha256').update(`${seed} ${round}`).digest();
    for (const byte of bytes) text += alphabet[byte % alphabet.length];
  }
  return text.slice(0, length);
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const word = (length: number, seed = 'w'): string => noise(length, `${upper}${upper.toLowerCase()}0123456789`, seed);
const hex = (length: number, seed = 'h'): string => noise(length, '0123456789abcdef', seed);
const base64 = (length: number, seed = 'b'): string =>
  noise(length, `${upper}${upper.toLowerCase()}0123456789+/`, seed);
const caps = (length: number): string => noise(length, `${upper}234567`, 'c');

const jwt = [`${'ey'}J${word(20, 'j1')}`, `${'ey'}J${word(60, 'j2')}`, word(43, 'j3')].join('.');

export const pem = [
  `-----BEGIN ${'RSA'} ${'PRIVATE'} KEY-----`,
  `MIIE${base64(60, 'p1')}`,
  base64(64, 'p2'),
  base64(64, 'p3'),
  `${base64(20, 'p4')}==`,
  `-----END ${'RSA'} ${'PRIVATE'} KEY-----`,
].join('\n');

/** What it is, what stands before it, the secret, what stands after it, and the type where it matters. */
export const secrets: [title: string, before: string, secret: string, after: string, type?: string][] = [
  ['an Anthropic key', 'key is ', `sk-${'ant'}-api03-${word(80)}-${word(6)}AA`, ' ok', 'anthropic'],
  ['an OpenAI project key', '', `sk-${'proj'}-${word(60)}`, '\n', 'openai'],
  ['an OpenAI key of old', "'", `sk-${word(48)}`, "'", 'openai'],
  ['an AWS key id', 'id: ', `AK${'IA'}${caps(16)}`, ',', 'aws-id'],
  ['an AWS secret in a credentials file', 'aws_secret_access_key = ', base64(40, 'aws'), '\n'],
  ['a GitHub token', 'git clone with ', `gh${'p'}_${word(36)}`, ''],
  ['a GitHub app token', '', `gh${'s'}_${word(36)}`, ''],
  ['a fine-grained GitHub token', '(', `github_${'pat'}_${word(22)}_${word(59)}`, ')'],
  ['a GitLab token', '', `gl${'pat'}-${word(20)}`, ''],
  ['a Slack bot token', '', `xo${'xb'}-123456789012-1234567890123-${word(24)}`, ''],
  ['a Slack web hook', 'https://hooks.slack.com/', `services/T${caps(8)}/B${caps(8)}/${word(24)}`, ''],
  ['a Stripe key', '', `sk_${'live'}_${word(24)}`, ''],
  ['a Google API key', '', `AI${'za'}${word(35)}`, ''],
  ['a Google access token', '', `ya${'29'}.${word(60)}`, ''],
  ['a Google client secret', '', `GOC${'SPX'}-${word(28)}`, ''],
  ['an npm token', '', `npm_${word(36)}`, ''],
  ['an .npmrc line', '//registry.npmjs.org/:_authToken=', `${hex(8)}-${hex(12)}`, '\n'],
  ['a PyPI token', '', `py${'pi'}-AgEIcHlwaS5vcmc${word(60)}`, ''],
  ['an Azure storage key', 'AccountName=x;AccountKey=', `${base64(86)}==`, ';EndpointSuffix=core'],
  ['a Twilio key', '', `S${'K'}${hex(32)}`, ''],
  ['a SendGrid key', '', `S${'G'}.${word(22)}.${word(43)}`, ''],
  ['a Hugging Face token', '', `h${'f'}_${word(34)}`, ''],
  ['a DigitalOcean token', '', `do${'p'}_v1_${hex(64)}`, ''],
  ['a Vault token', '', `hv${'s'}.${word(90)}`, ''],
  ['a JSON web token', 'x: ', jwt, '', 'jwt'],
  ['a private key', '', pem, '', 'private-key'],
  ['the password in a URL', 'postgres://user:', 'hunter2', '@db.internal:5432/app', 'url-password'],
  ['a password in a URL that holds an @', 'redis://:', 'p@ssW0rd', '@cache:6379', 'url-password'],
  ['a token as a URL’s user', 'https://', `${hex(40)}`, '@git.example.org/r.git'],
  ['an Authorization header', 'Authorization: Bearer ', word(32), '\r\n', 'authorization'],
  ['Basic credentials', "-H 'authorization: Basic ", 'YWxhZGRpbjpvcGVuc2VzYW1l', "'", 'authorization'],
  ['a bearer token in code', 'headers: { "Authorization": "Bearer ', word(32), '" }'],
  ['an API key header', 'X-Api-Key: ', word(32), ''],
  ['curl with a password', 'curl -u admin:', 's3cr3t-pw', ' https://x', 'url-password'],
  ['a quoted password', 'const password = "', 'Tr0ub4dor&3', '";', 'password'],
  ['a typed password', "let dbPassword: string = '", 'Summer2024', "';", 'password'],
  ['a password in a .env file', 'DB_PASSWORD=', 'Summer2024', '\n', 'password'],
  ['a password in YAML', '  password: ', 'x9$kQ!27zz', '\n', 'password'],
  ['a client secret in JSON', '{"client_secret": "', word(32), '", "id": 4}', 'token'],
  ['a key within a JSON string', '"{\\"apiKey\\": \\"', word(32), '\\"}"', 'token'],
  ['an API key in the shell', 'export API_KEY=', hex(32), ' && run', 'token'],
  ['an API key in Ruby', ':api_key => "', word(24), '"', 'token'],
  ['a token as an option', 'tool --auth-token ', word(24), ' --verbose', 'token'],
  ['a password as an option', 'mysql --password=', 'hunter2!x', ' db', 'password'],
  [
    'a UUID that is a key',
    'HEROKU_API_KEY=',
    `${hex(8, 'u1')}-${hex(4, 'u2')}-4${hex(3, 'u3')}-a${hex(3, 'u4')}-${hex(12, 'u5')}`,
    '\n',
  ],
];

/** Texts without a secret, however much they look like one. */
export const nonSecrets: string[] = [
  'password = "changeme"',
  'password: "<your password>"',
  'PASSWORD=${DB_PASSWORD}',
  'password = process.env.DB_PASSWORD',
  'const token = process.env["GITHUB_TOKEN"];',
  'api_key: xxxxxxxxxxxxxxxxxxxx',
  'API_KEY=your-api-key-here',
  'token = os.environ["TOKEN"]',
  'secret: {{ .Values.secret }}',
  'password: string;',
  'function login(password: string, token: AccessToken) {',
  'const token = await getAccessToken(user);',
  'this.passwordField = form.querySelector("input-password")',
  'max_tokens: 4096',
  'tokenizer = AutoTokenizer.from_pretrained(name)',
  `"integrity": "sha512-${base64(86)}=="`,
  `resolved "https://registry.yarnpkg.com/x/-/x-1.0.0.tgz#${hex(40)}"`,
  `commit ${hex(40)}`,
  `"passwordHash": "${hex(64)}"`,
  `id: ${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`,
  `image: repo/app:tag@sha256:${hex(64)}`,
  `docker://alpine:3.19@sha256:${hex(64)}`,
  'https://example.com/a/very/long/path?with=query&and=more#fragment',
  'git@github.com:owner/repository.git',
  'ssh://git@github.com:22/owner/repository.git',
  'http://localhost:3000/@scope/package',
  'https://user:${PASSWORD}@host/',
  'https://user:<password>@host/',
  'Authorization: Bearer <token>',
  'Authorization: Bearer $TOKEN',
  'the bearer authentication of this service',
  'Enter your password: ',
  'import { tokenBucket } from "./token-bucket.ts";',
  'secretName: my-application-secrets',
  'token_url: https://auth.example.com/oauth/token',
  '"accessTokenExpiresAt": "2026-11-20T04:29:17.123Z"',
  'public_key: AAAAB3NzaC1yc2EAAAADAQABAAAB',
  'describe("password reset", () => {',
  'type Secret = { name: string; value: string };',
  '[secret:env:1f0c9a7b] and password = "[secret:env:1f0c9a7b]"',
  'sk-learn and task-manager and risk-free',
  'eyJ is how they begin',
  'passwords = ["", "short"]',
];
