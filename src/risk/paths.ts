import { posix } from 'node:path';
import type { Facts } from './facts.ts';
import type { Category, Tier } from './tier.ts';

/** What a path's name tells about it. */
export interface PathTrait {
  category: Category;
  /** Code of the reason. */
  code: string;
  /** Writing or deleting it is at least this; absent: no worse than any file. */
  write?: Tier;
  /** Asked about whatever the rules say (DESIGN, floors). */
  floor?: boolean;
  /** `key`: credentials whose reading is refused. `data`: may hold secrets, which are masked. */
  secret?: 'key' | 'data';
  /** Made by a build or an installation: its loss costs time and no work. */
  regenerable?: boolean;
}

interface Rule extends PathTrait {
  /** Tested against the path relative to the workspace, or to the home folder as `~/…`, or absolute; in lower case. */
  pattern: RegExp;
}

/** Names as whole path segments, anywhere in the path. */
const segment = (names: string): RegExp => new RegExp(`(^|/)(${names})(/|$)`);
/** Names as the last segment. */
const file = (names: string): RegExp => new RegExp(`(^|/)(${names})$`);

const protects = { write: 'high', floor: true } as const;
const onHost = { category: 'runs-on-host', code: 'path.runsOnHost', write: 'high' } as const;

/**
 * By name, in any workspace. Sources: the tools' own documentation of which files they load and run. Several may hold.
 */
const rules: readonly Rule[] = [
  // Git's own: configuration and hooks run programs; the rest is git's to write and nobody's to edit.
  { pattern: segment('\\.git'), category: 'git-configuration', code: 'path.gitFolder', ...protects },
  {
    pattern: file('\\.gitmodules|\\.gitattributes|\\.gitconfig|\\.git-blame-ignore-revs|\\.lfsconfig'),
    category: 'git-configuration',
    code: 'path.gitConfiguration',
    ...protects,
  },
  {
    pattern: segment(
      '\\.husky|\\.githooks|\\.lefthook|lefthook\\.ya?ml|\\.pre-commit-(config|hooks)\\.yaml|\\.overcommit\\.yml|\\.simple-git-hooks\\.[a-z]+|\\.lintstagedrc[.a-z]*|lint-staged\\.config\\.[cm]?[jt]s',
    ),
    category: 'runs-on-host',
    code: 'path.hook',
    ...protects,
  },
  // Editors, containers and shells.
  {
    pattern: segment(
      '\\.vscode|\\.idea|\\.fleet|\\.zed|\\.devcontainer|\\.vscode-test|[^/]*\\.code-workspace|\\.devcontainer\\.json|\\.nova|\\.vim|\\.nvim|\\.exrc|\\.vimrc|\\.nvimrc|\\.nvim\\.lua|\\.dir-locals\\.el|\\.sublime-project',
    ),
    category: 'protected-path',
    code: 'path.editor',
    ...protects,
  },
  {
    pattern: file(
      '\\.envrc|\\.direnvrc|\\.tool-versions|\\.mise\\.toml|mise\\.toml|\\.bashrc|\\.bash_profile|\\.bash_login|\\.bash_logout|\\.bash_aliases|\\.profile|\\.zshrc|\\.zshenv|\\.zprofile|\\.zlogin|\\.zlogout|\\.kshrc|\\.cshrc|\\.tcshrc|\\.login|\\.inputrc|\\.xprofile|\\.xinitrc|\\.xsession|\\.xsessionrc|config\\.fish',
    ),
    category: 'persistence',
    code: 'path.shellStart',
    ...protects,
  },
  // Agents.
  {
    pattern: segment(
      '\\.claude|\\.cursor|\\.cursorrules|\\.windsurf|\\.windsurfrules|\\.clinerules|\\.continue|\\.aider[^/]*|\\.codex|\\.gemini|\\.mcp\\.json|mcp\\.json|claude\\.md|claude\\.local\\.md|agents\\.md|gemini\\.md|\\.github/copilot-instructions\\.md|\\.roo|\\.kiro|\\.gatehouse',
    ),
    category: 'tampering',
    code: 'path.agent',
    ...protects,
  },
  // Runs in CI, with CI's credentials.
  {
    pattern:
      /(^|\/)(\.github\/(workflows|actions)\/|\.gitlab-ci\.ya?ml$|\.gitlab\/ci\/|jenkinsfile([.-][^/]*)?$|\.circleci\/|\.travis\.yml$|azure-pipelines[^/]*\.ya?ml$|\.azure-pipelines\/|bitbucket-pipelines\.yml$|\.buildkite\/|\.drone\.ya?ml$|\.woodpecker|appveyor\.ya?ml$|\.appveyor\.yml$|cloudbuild\.ya?ml$|buildspec[^/]*\.ya?ml$|\.teamcity\/|\.semaphore\/|\.cirrus\.yml$|codefresh\.yml$|\.ci\/|\.github\/dependabot\.yml$|renovate\.json5?$|\.renovaterc[^/]*$)/,
    category: 'ci',
    code: 'path.ci',
    write: 'high',
  },
  {
    pattern: file('codeowners|\\.github/settings\\.yml|\\.mergify\\.yml'),
    category: 'tampering',
    code: 'path.owners',
    write: 'high',
  },
  // Read by tools that run outside the sandbox: the editor's linters and test views, watchers, the next build.
  {
    pattern: file(
      '\\.?eslint(rc|\\.config)[.a-z]*|\\.?prettier(rc|\\.config)[.a-z]*|\\.?stylelint(rc|\\.config)[.a-z]*|\\.?babel(rc|\\.config)[.a-z]*|\\.?(postcss|tailwind|commitlint|svelte|astro|next|nuxt|remix|vue|vite|vitest|webpack|rollup|esbuild|rspack|rsbuild|tsup|gulpfile|gruntfile|gatsby-config|gatsby-node|metro|jest|karma|playwright|cypress|mocha|ava|nightwatch|wdio|cucumber|storybook|release|semantic-release|drizzle|knexfile|prisma|codegen|snowpack|craco|vue|ember-cli-build|angular|nx|turbo|lerna|rush|wxt|electron-builder|forge|tsconfig\\.node)(rc|\\.config|\\.conf|\\.setup)?\\.([cm]?[jt]sx?|cjs|mjs)',
    ),
    ...onHost,
  },
  {
    pattern: file(
      '\\.mocharc[.a-z]*|jest\\.setup[.a-z]*|vitest\\.(setup|workspace)[.a-z]*|karma\\.conf\\.[cm]?[jt]s|conftest\\.py|setup\\.py|noxfile\\.py|fabfile\\.py|sitecustomize\\.py|usercustomize\\.py|manage\\.py|build\\.rs|\\.cargo/config(\\.toml)?|build\\.gradle(\\.kts)?|settings\\.gradle(\\.kts)?|init\\.gradle|gradlew(\\.bat)?|mvnw(\\.cmd)?|\\.mvn/[^/]*|rakefile|gemfile|\\.rspec|guardfile|podfile|fastfile|package\\.swift|build\\.zig|sconstruct|wscript|meson\\.build|cmakelists\\.txt|.*\\.cmake|configure(\\.ac)?|makefile(\\.[a-z]+)?|gnumakefile|.*\\.mk|justfile|taskfile\\.ya?ml|\\.pnpmfile\\.cjs|\\.yarnrc(\\.yml)?|\\.yarn/(releases|plugins)/.*|\\.npmrc|bunfig\\.toml|\\.bazelrc|build\\.bazel|workspace\\.bazel|module\\.bazel|directory\\.build\\.(props|targets)|.*\\.(cs|fs|vb)proj|mix\\.exs|rebar\\.config|dune-project|stack\\.yaml|shell\\.nix|flake\\.nix|default\\.nix|procfile|vagrantfile|tiltfile|skaffold\\.yaml|deno\\.jsonc?|nodemon\\.json|\\.swcrc|tox\\.ini|pytest\\.ini|setup\\.cfg',
    ),
    ...onHost,
  },
  {
    pattern: file(
      'package\\.json|pyproject\\.toml|cargo\\.toml|go\\.mod|composer\\.json|pom\\.xml|requirements[^/]*\\.txt|pipfile|gemfile|build\\.sbt|pubspec\\.yaml|environment\\.ya?ml',
    ),
    category: 'build-configuration',
    code: 'path.manifest',
    write: 'medium',
  },
  {
    pattern: file(
      'package-lock\\.json|npm-shrinkwrap\\.json|yarn\\.lock|pnpm-lock\\.yaml|bun\\.lockb?|cargo\\.lock|go\\.sum|composer\\.lock|gemfile\\.lock|poetry\\.lock|uv\\.lock|pipfile\\.lock|pubspec\\.lock|mix\\.lock|flake\\.lock|packages\\.lock\\.json',
    ),
    category: 'lock-file',
    code: 'path.lockFile',
    write: 'medium',
  },
  // Where a mistake costs others.
  {
    pattern:
      /\.(tf|tfvars|tf\.json|hcl|bicep)$|(^|\/)(terraform|pulumi[^/]*|cdk[^/]*|cloudformation|helm|charts|k8s|kubernetes|kustomiz[^/]*|ansible|infra|infrastructure|deploy|deployment|deployments|ops)\/|(^|\/)(dockerfile[^/]*|containerfile|docker-compose[^/]*\.ya?ml|compose\.ya?ml|serverless\.ya?ml|fly\.toml|vercel\.json|netlify\.toml|wrangler\.(toml|jsonc?)|app\.ya?ml|chart\.yaml|values[^/]*\.yaml|firebase\.json|render\.yaml|railway\.json|now\.json)$/,
    category: 'infrastructure',
    code: 'path.infrastructure',
    write: 'high',
  },
  {
    pattern:
      /(^|\/)(migrations?|db\/migrate|alembic\/versions|flyway|liquibase|prisma\/migrations)\/|(^|\/)(schema\.(sql|prisma|rb)|structure\.sql)$/,
    category: 'migration',
    code: 'path.migration',
    write: 'high',
  },
  {
    pattern:
      /(^|[/_.-])(auth|authn|authz|authentication|authorization|oauth2?|oidc|saml|sso|login|logins|session|sessions|password|passwords|permission|permissions|rbac|acl|jwt|csrf|crypto|security|webauthn|mfa|totp)([/_.-]|$)/,
    category: 'auth',
    code: 'path.auth',
    write: 'high',
  },
  {
    pattern:
      /(^|[/_.-])(payment|payments|billing|checkout|invoice|invoices|stripe|paypal|braintree|adyen|subscription|subscriptions|payout|payouts|refund|refunds|ledger)([/_.-]|$)/,
    category: 'payments',
    code: 'path.payments',
    write: 'high',
  },
  { pattern: /(^|[/_.-])(prod|production)([/_.-]|$)/, category: 'production', code: 'path.production', write: 'high' },
  // Secrets. Examples are committed on purpose.
  {
    pattern:
      /(^|\/)\.env(\.(?!example$|sample$|template$|dist$|defaults$)[^/]*)?$|(^|\/)(secrets?|credentials?)(\.[a-z]+)?$|(^|\/)secrets?\//,
    category: 'secret',
    code: 'path.secret',
    write: 'medium',
    secret: 'data',
  },
  {
    pattern: /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|[^/]*\.(pem|p12|pfx|jks|keystore|kdbx|key|ppk|asc|gpg|age))$/,
    category: 'credential-access',
    code: 'path.key',
    write: 'high',
    secret: 'key',
  },
  {
    pattern:
      /^(~\/|\/root\/|\/home\/[^/]+\/|\/users\/[^/]+\/)(\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|\.config\/(gcloud|gh|hub|op|doctl|rclone|sops|git|containers|heroku|netlify|configstore|github-copilot|google-chrome|chromium|microsoft-edge|brave|code\/user)|\.password-store|\.local\/share\/(keyrings|kwalletd)|\.terraform\.d|\.mozilla|\.thunderbird|\.electrum|\.bitcoin|\.ethereum|library\/(keychains|cookies|application support\/(google|firefox|code))|\.vault-token|\.netrc|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.git-credentials|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|\.gem\/credentials|\.cargo\/credentials(\.toml)?|\.m2\/settings[^/]*\.xml|\.gradle\/gradle\.properties|\.composer\/auth\.json|\.nuget\/nuget\.config|\.s3cfg|\.boto|\.rclone\.conf|\.huggingface|\.cache\/huggingface\/token|\.claude|\.codex|\.gemini|\.config\/claude|\.bash_history|\.zsh_history|\.python_history|\.node_repl_history|\.psql_history|\.mysql_history|\.lesshst)(\/|$)/,
    category: 'credential-access',
    code: 'path.credentials',
    write: 'critical',
    secret: 'key',
  },
  {
    pattern:
      /^(\/etc\/(shadow|gshadow|sudoers|sudoers\.d|ssh\/ssh_host_[^/]*|ssl\/private|krb5\.keytab|master\.passwd|security)(-|\/|$)|\/proc\/(\d+|self|thread-self|\*)\/(environ|mem|maps|cmdline|root|cwd|fd)(\/|$)|\/proc\/kcore|\/dev\/(mem|kmem|sd[a-z]|nvme|disk|vd[a-z])|\/var\/run\/secrets|\/run\/secrets|\/var\/lib\/(docker|kubelet|sss|private)|\/(var\/)?run\/docker\.sock|\/etc\/kubernetes|\/var\/spool\/(cron|mail)|\/sys\/firmware)/,
    category: 'credential-access',
    code: 'path.credentials',
    write: 'critical',
    secret: 'key',
  },
  // Made anew by a build or an installation.
  {
    pattern: segment(
      'node_modules|dist|build|out|target|coverage|\\.nyc_output|\\.cache|\\.next|\\.nuxt|\\.output|\\.svelte-kit|\\.turbo|\\.parcel-cache|\\.vite|\\.angular|\\.gradle|bin|obj|__pycache__|\\.pytest_cache|\\.mypy_cache|\\.ruff_cache|\\.tox|\\.nox|\\.eggs|[^/]*\\.egg-info|\\.venv|venv|\\.terraform|vendor|pods|deriveddata|tmp|\\.tmp|temp|logs?|cmake-build-[a-z]+|\\.dart_tool|_build|deps|elm-stuff|\\.stack-work|test-results|playwright-report|storybook-static|public/build|\\.eslintcache|\\.stylelintcache|htmlcov',
    ),
    category: 'deletion',
    code: 'path.regenerable',
    regenerable: true,
  },
  {
    pattern:
      /\.(pyc|pyo|o|obj|class|tsbuildinfo|log|tmp|swp|map|gcda|gcno|profraw)$|(^|\/)(\.ds_store|thumbs\.db|\.coverage|\.eslintcache|npm-debug\.log[^/]*)$/,
    category: 'deletion',
    code: 'path.regenerable',
    regenerable: true,
  },
];

/** What a real, absolute path's name tells. Compared without case, as some file systems do. */
export function pathTraits(path: string, facts: Pick<Facts, 'root' | 'home'>): PathTrait[] {
  const name = seenFrom(path, facts).toLowerCase();
  return rules.filter(rule => rule.pattern.test(name)).map(({ pattern: _pattern, ...trait }) => trait);
}

function seenFrom(path: string, { root, home }: Pick<Facts, 'root' | 'home'>): string {
  if (path === root) return '';
  if (path.startsWith(`${root}/`)) return path.slice(root.length + 1);
  if (path.startsWith(`${home}/`)) return `~/${path.slice(home.length + 1)}`;
  return path;
}

/** What kind of place outside the workspace a path is. */
export function systemPlace(path: string): 'temporary' | 'system' | 'other' {
  const normal = posix.normalize(path);
  if (/^(\/private)?\/(tmp|var\/tmp|var\/folders)(\/|$)|^\/dev\/shm(\/|$)/.test(normal)) return 'temporary';
  if (
    normal === '/' ||
    /^\/(usr|bin|sbin|lib|lib32|lib64|opt|etc|proc|sys|dev|run|boot|var|srv|system|library|applications)(\/|$)/i.test(
      normal,
    )
  )
    return 'system';
  return 'other';
}

/** Whether a file outside the workspace may be read without a thought: the system's own, and no secret. */
export function isPublic(path: string): boolean {
  return /^\/(usr|bin|sbin|lib|lib32|lib64|opt|etc|proc\/(cpuinfo|meminfo|version|loadavg|uptime|filesystems|mounts|stat)|sys\/fs\/cgroup|tmp|var\/tmp|private\/tmp|dev\/null)(\/|$)/.test(
    posix.normalize(path),
  );
}

/** Folders outside the workspace in which credentials lie somewhere below, though their own names do not tell. */
export function holdsSecrets(path: string, { home }: Pick<Facts, 'home'>): boolean {
  const under = (folder: string): boolean => path === '/' || folder === path || folder.startsWith(`${path}/`);
  return (
    under(home) ||
    /^\/(home|users|root|etc|proc|run|var|var\/(lib|run|spool|backups?))$|^\/(home|users)\/[^/]+$/i.test(path) ||
    ['.config', '.local', '.local/share', 'Library', 'Library/Application Support'].some(
      each => path === `${home}/${each}`,
    )
  );
}
