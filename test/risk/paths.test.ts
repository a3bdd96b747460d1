import assert from 'node:assert/strict';
import { isTest, pathTraits, systemPlace } from '../../src/risk/paths.ts';

const facts = { root: '/work/app', home: '/home/ann' };
const codesOf = (path: string): string[] =>
  pathTraits(path.startsWith('/') ? path : `/work/app/${path}`, facts).map(trait => trait.code);

/** Code → paths that it is for, and paths that only look like those. */
const rows: Record<string, { yes: readonly string[]; no: readonly string[] }> = {
  'path.gitFolder': {
    yes: ['.git', '.git/config', 'sub/.git/hooks/pre-commit', '.GIT/config'],
    no: ['.github/x', 'src/git.ts', 'a.git.ts'],
  },
  'path.gitConfiguration': {
    yes: ['.gitattributes', '.gitmodules', 'sub/.gitattributes'],
    no: ['.gitignore', 'gitattributes.md', '.gitkeep'],
  },
  'path.hook': {
    yes: ['.husky/pre-commit', 'lefthook.yml', '.pre-commit-config.yaml', '.lintstagedrc.json'],
    no: ['src/hooks/useX.ts', 'husky.md'],
  },
  'path.editor': {
    yes: [
      '.vscode/settings.json',
      '.vscode/tasks.json',
      '.idea/x.xml',
      '.devcontainer/devcontainer.json',
      'app.code-workspace',
    ],
    no: ['vscode/a.ts', 'src/editor.ts', 'docs/.vscode.md'],
  },
  'path.shellStart': {
    yes: ['.envrc', '/home/ann/.bashrc', '/home/ann/.zshrc', 'mise.toml'],
    no: ['bashrc.md', 'src/profile.ts', 'envrc.ts'],
  },
  'path.agent': {
    yes: [
      'CLAUDE.md',
      'AGENTS.md',
      '.cursor/rules/a.mdc',
      '.mcp.json',
      '.gatehouse/policy.yaml',
      '.github/copilot-instructions.md',
    ],
    no: ['src/agent/loop.ts', 'agents.ts', 'docs/claude.txt'],
  },
  'path.ci': {
    yes: [
      '.github/workflows/ci.yml',
      '.gitlab-ci.yml',
      'Jenkinsfile',
      '.circleci/config.yml',
      'azure-pipelines.yml',
      '.github/dependabot.yml',
    ],
    no: ['.github/ISSUE_TEMPLATE/bug.md', 'src/ci.ts', 'ci/readme.md', 'jenkinsfiles.md'],
  },
  'path.owners': { yes: ['CODEOWNERS', '.github/CODEOWNERS'], no: ['src/codeowners.ts'] },
  'path.runsOnHost': {
    yes: [
      'eslint.config.js',
      '.eslintrc.cjs',
      'vite.config.ts',
      'jest.config.js',
      'jest.setup.ts',
      'next.config.mjs',
      'conftest.py',
      'setup.py',
      'build.rs',
      'Makefile',
      'gulpfile.js',
      'Gemfile',
      '.npmrc',
      'build.gradle.kts',
      'App.csproj',
      'vitest.config.e2e.ts',
      'drizzle.config.ts',
    ],
    no: [
      'src/release.ts',
      'src/vue.js',
      'lib/next.ts',
      'src/prisma.ts',
      'src/eslint.ts',
      'makefile.md',
      'src/codegen.ts',
      'src/jest.ts',
      'src/configure.ts',
    ],
  },
  'path.manifest': {
    yes: [
      'package.json',
      'packages/a/package.json',
      'pyproject.toml',
      'Cargo.toml',
      'go.mod',
      'requirements-dev.txt',
      'pom.xml',
    ],
    no: ['src/package.json.ts', 'packages.json', 'src/environment.ts'],
  },
  'path.toolConfiguration': {
    yes: ['tsconfig.json', 'tsconfig.build.json', 'biome.json', 'ruff.toml'],
    no: ['src/tsconfig.ts', 'config.json'],
  },
  'path.lockFile': {
    yes: ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'Cargo.lock', 'go.sum'],
    no: ['src/lock.ts', 'lock.json', 'file.lock'],
  },
  'path.infrastructure': {
    yes: [
      'main.tf',
      'infra/vpc.ts',
      'k8s/app.yaml',
      'Dockerfile',
      'docker/Dockerfile.dev',
      'docker-compose.yml',
      'compose.override.yaml',
      'helm/x/values.yaml',
      'charts/app/templates/a.yaml',
      'deploy/run.sh',
      'services/a/deploy/x.yaml',
      'serverless.yml',
      'fly.toml',
      'nginx.conf',
    ],
    no: [
      'src/components/charts/Bar.tsx',
      'src/deploy.ts',
      'src/ops/add.ts',
      'docs/docker.md',
      'src/main/resources/app.yaml',
      'dockerfiles.md',
      'src/values.ts',
    ],
  },
  'path.migration': {
    yes: ['db/migrate/1_a.rb', 'prisma/migrations/1/migration.sql', 'src/migrations/001.ts', 'schema.prisma'],
    no: ['src/migration-guide.ts', 'docs/migrations/to-v2.md', 'src/schema.ts'],
  },
  'path.auth': {
    yes: [
      'src/auth.ts',
      'src/auth/index.ts',
      'lib/login-form.tsx',
      'src/authService.ts',
      'src/LoginForm.tsx',
      'app/models/permission.rb',
      'src/useAuth.ts',
      'src/jwt.ts',
      'auth_middleware.py',
      'src/OAuthClient.ts',
    ],
    no: [
      'src/author.ts',
      'docs/authority.md',
      'src/authored.ts',
      'src/blogin.ts',
      'docs/auth.md',
      'src/plugin.ts',
      'assets/login.png',
      'src/authors/list.ts',
    ],
  },
  'path.maybeAuth': {
    yes: ['src/session.ts', 'src/agent/sessionStore.ts', 'src/crypto.ts', 'src/tokens.ts'],
    no: ['src/obsession.ts', 'SECURITY.md', 'src/tokenizer.ts'],
  },
  'path.payments': {
    yes: ['src/payments/charge.ts', 'src/PaymentForm.tsx', 'billing.py', 'lib/stripe.ts', 'src/invoiceService.ts'],
    no: ['src/striped.ts', 'src/repayment.ts', 'docs/billing.md', 'src/invoiced.ts'],
  },
  'path.maybePayments': {
    yes: ['src/checkout.ts', 'src/subscription.ts', 'src/wallet/a.ts'],
    no: ['src/checkouts-guide.md', 'src/border.ts', 'src/syntax.ts', 'src/reorder.ts'],
  },
  'path.production': {
    yes: [
      'config/production.ts',
      'config/environments/production.rb',
      'env/prod/a.yaml',
      'values-prod.yaml',
      'docker-compose.prod.yml',
      '.env.production',
    ],
    no: ['src/product.ts', 'src/production-line.ts', 'src/reproduction.ts', 'src/producer.ts', 'docs/production.md'],
  },
  'path.secret': {
    yes: ['.env', '.env.local', 'config/secrets.yml', 'credentials.json', 'secrets/db', 'secrets/api.json'],
    no: [
      '.env.example',
      'src/secrets.ts',
      'src/risk/secrets/pem.ts',
      'environment.ts',
      'docs/secrets.md',
      'src/credentials.py',
    ],
  },
  'path.key': {
    yes: ['server.key', 'id_rsa', 'deploy/id_ed25519', 'cert.p12', 'private.pem', 'my-private.asc'],
    no: ['id_rsa.pub', 'ca.pem', 'server-cert.pem', 'src/key.ts', 'release.asc', 'keys.ts'],
  },
  'path.credentials': {
    yes: [
      '/home/ann/.ssh/id_x',
      '/home/ann/.aws/credentials',
      '/home/bob/.netrc',
      '/etc/shadow',
      '/proc/self/environ',
      '/var/run/docker.sock',
      '/root/.kube/config',
    ],
    no: ['.ssh/notes.md', '/etc/hosts', '/proc/cpuinfo', '/home/ann/.config/app', 'src/.aws.ts'],
  },
  'path.regenerable': {
    yes: ['node_modules/a', 'dist/x.js', 'target/debug', 'a/__pycache__/x.pyc', 'debug.log'],
    no: ['src/a.ts', 'distribution/x', 'src/logger.ts'],
  },
};

describe('path traits', () => {
  for (const [code, { yes, no }] of Object.entries(rows)) {
    for (const path of yes)
      it(`${path} has ${code}`, () => assert.ok(codesOf(path).includes(code), codesOf(path).join(' ')));
    for (const path of no) it(`${path} has not ${code}`, () => assert.ok(!codesOf(path).includes(code)));
  }

  it('asks about a test of the sign-in less than about the sign-in', () => {
    const tier = (path: string) =>
      pathTraits(`/work/app/${path}`, facts).find(trait => trait.code === 'path.auth')?.write;
    assert.equal(tier('src/auth/login.ts'), 'high');
    assert.equal(tier('test/auth/login.test.ts'), 'medium');
  });

  it('has no trait for ordinary sources and documents', () => {
    for (const path of [
      'src/index.ts',
      'README.md',
      'src/app/page.tsx',
      'lib/utils/date.py',
      'main.go',
      'docs/guide/install.md',
      'src/styles/main.css',
      'cmd/server/main.go',
      'src/store/user.ts',
    ])
      assert.deepEqual(codesOf(path), [], path);
  });

  it('knows tests by the customs of their runners', () => {
    for (const path of [
      'test/a.ts',
      'src/a.test.ts',
      'src/__tests__/a.js',
      'a_test.go',
      'tests/test_a.py',
      'spec/a_spec.rb',
      'src/UserTest.java',
      'e2e/x.cy.ts',
    ])
      assert.ok(isTest(path), path);
    for (const path of [
      'src/a.ts',
      'src/latest.ts',
      'src/contest/a.ts',
      'protest.py',
      'src/inspect.ts',
      'src/Attest.java',
    ])
      assert.ok(!isTest(path), path);
  });

  it('tells temporary places from the system and others', () => {
    assert.deepEqual(['/tmp/x', '/usr/lib/y', '/etc', '/', '/home/ann/x', '/dev/shm/a'].map(systemPlace), [
      'temporary',
      'system',
      'system',
      'system',
      'other',
      'temporary',
    ]);
  });
});
