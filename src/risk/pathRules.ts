import * as names from './fileNames.ts';
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
  /** Only its rewriting counts: a line more does no harm. */
  appendable?: boolean;
  /** Only what is put there counts: its removal does no more harm than any file's. */
  writeOnly?: boolean;
}

/** By which names a trait is given. */
export interface PathRule extends PathTrait {
  /** Tested against the path relative to the workspace, or to the home folder as `~/…`, or absolute; in lower case. */
  pattern: RegExp;
  /** Tested against the path with its words apart instead: `src/authService.ts` as `src/auth-service.ts`. */
  byWord?: boolean;
  /** Tested against the path as it is written. */
  cased?: boolean;
  /** Sources and configuration only: a text about it, a picture of it and a test of it change nothing. */
  sourceOnly?: boolean;
}

/** Names as whole path segments, anywhere in the path. */
const segment = (names: string): RegExp => new RegExp(`(^|/)(${names})(/|$)`);
/** Names as the last segment. */
const file = (names: string): RegExp => new RegExp(`(^|/)(${names})$`);
/** Words of a name, alone or joined to others by `-`, `_` or `.`. */
const word = (names: string): RegExp => new RegExp(`(^|[/_.-])(${names})([/_.-]|$)`);

const protects = { write: 'high', floor: true } as const;
const onHost = { category: 'runs-on-host', code: 'path.runsOnHost', write: 'high' } as const;

/**
 * By name, in any workspace. Sources: the tools' own documentation of which files they load and run. Several may hold.
 */
export const pathRules: readonly PathRule[] = [
  // Git's own: configuration and hooks run programs; the rest is git's to write and nobody's to edit.
  { pattern: segment('\\.git'), category: 'git-configuration', code: 'path.gitFolder', ...protects },
  {
    pattern: file(
      '\\.gitmodules|\\.gitattributes|\\.gitconfig|\\.git-blame-ignore-revs|\\.lfsconfig|\\.config/git(/(config|attributes|hooks/.*))?',
    ),
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
  { pattern: names.editors, category: 'protected-path', code: 'path.editor', ...protects },
  {
    pattern: file(
      '\\.envrc|\\.direnvrc|\\.tool-versions|\\.mise\\.toml|mise\\.toml|\\.bashrc|\\.bash_profile|\\.bash_login|\\.bash_logout|\\.bash_aliases|\\.profile|\\.zshrc|\\.zshenv|\\.zprofile|\\.zlogin|\\.zlogout|\\.kshrc|\\.cshrc|\\.tcshrc|\\.login|\\.inputrc|\\.xprofile|\\.xinitrc|\\.xsession|\\.xsessionrc|config\\.fish',
    ),
    category: 'persistence',
    code: 'path.shellStart',
    ...protects,
  },
  { pattern: names.shellStarts, category: 'persistence', code: 'path.shellStart', ...protects },
  // Agents.
  {
    pattern: segment(
      '\\.claude|\\.cursor|\\.cursorrules|\\.windsurf|\\.windsurfrules|\\.clinerules|\\.continue|\\.aider[^/]*|\\.codex|\\.gemini|\\.mcp\\.json|mcp\\.json|claude\\.md|claude\\.local\\.md|agents\\.md|gemini\\.md|\\.github/copilot-instructions\\.md|\\.roo|\\.kiro|\\.gatehouse',
    ),
    category: 'tampering',
    code: 'path.agent',
    ...protects,
  },
  { pattern: names.agents, category: 'tampering', code: 'path.agent', ...protects },
  // Runs in CI, with CI's credentials.
  {
    pattern:
      /(^|\/)(\.github\/$|\.github\/(workflows|actions)\/|\.gitlab-ci\.ya?ml$|\.gitlab\/ci\/|jenkinsfile([.-][^/]*)?$|\.circleci\/|\.travis\.yml$|azure-pipelines[^/]*\.ya?ml$|\.azure-pipelines\/|bitbucket-pipelines\.yml$|\.buildkite\/|\.drone\.ya?ml$|\.woodpecker|appveyor\.ya?ml$|\.appveyor\.yml$|cloudbuild\.ya?ml$|buildspec[^/]*\.ya?ml$|\.teamcity\/|\.semaphore\/|\.cirrus\.yml$|codefresh\.yml$|\.ci\/|\.github\/dependabot\.yml$|renovate\.json5?$|\.renovaterc[^/]*$)/,
    category: 'ci',
    code: 'path.ci',
    write: 'high',
  },
  { pattern: names.pipelines, category: 'ci', code: 'path.ci', write: 'high' },
  {
    pattern: file('codeowners|\\.github/settings\\.yml|\\.mergify\\.yml'),
    category: 'tampering',
    code: 'path.owners',
    write: 'high',
  },
  // Read by tools that run outside the sandbox: the editor's linters and test views, watchers, the next build.
  {
    pattern: file(
      '\\.?(eslint|prettier|stylelint|babel)(rc|\\.config)[.a-z]*|\\.?(postcss|tailwind|commitlint|svelte|astro|next|nuxt|remix|vue|vite|vitest|webpack|rollup|esbuild|rspack|rsbuild|tsup|metro|jest|karma|playwright|cypress|mocha|ava|nightwatch|wdio|cucumber|storybook|release|semantic-release|drizzle|prisma|codegen|snowpack|craco|angular|nx|turbo|lerna|rush|wxt|electron-builder|forge|oxlint|biome|unocss|windi|react-router|vinxi|tsdown|unbuild|rolldown|sentry(\\.[a-z]+)*)(rc|\\.config|\\.conf|\\.setup)(\\.[a-z0-9]+)?\\.[cm]?[jt]sx?|(gulpfile|gruntfile|gatsby-(config|node|browser|ssr)|knexfile|ember-cli-build|tsconfig\\.node)\\.[cm]?[jt]s',
    ),
    ...onHost,
  },
  {
    pattern: file(
      '\\.mocharc[.a-z]*|jest\\.setup[.a-z]*|vitest\\.(setup|workspace)[.a-z]*|karma\\.conf\\.[cm]?[jt]s|conftest\\.py|setup\\.py|noxfile\\.py|fabfile\\.py|sitecustomize\\.py|usercustomize\\.py|manage\\.py|build\\.rs|\\.cargo/config(\\.toml)?|build\\.gradle(\\.kts)?|settings\\.gradle(\\.kts)?|init\\.gradle|gradlew(\\.bat)?|mvnw(\\.cmd)?|\\.mvn/[^/]*|rakefile|gemfile|\\.rspec|guardfile|podfile|fastfile|package\\.swift|build\\.zig|sconstruct|wscript|meson\\.build|cmakelists\\.txt|.*\\.cmake|configure(\\.ac)?|makefile(\\.(?!md$)[a-z]+)?|gnumakefile|.*\\.mk|justfile|taskfile\\.ya?ml|\\.pnpmfile\\.cjs|\\.yarnrc(\\.yml)?|\\.yarn/(releases|plugins)/.*|\\.npmrc|bunfig\\.toml|\\.bazelrc|build\\.bazel|workspace\\.bazel|module\\.bazel|directory\\.build\\.(props|targets)|.*\\.(cs|fs|vb)proj|mix\\.exs|rebar\\.config|dune-project|stack\\.yaml|shell\\.nix|flake\\.nix|default\\.nix|procfile|vagrantfile|tiltfile|skaffold\\.yaml|deno\\.jsonc?|nodemon\\.json|\\.swcrc|tox\\.ini|pytest\\.ini|setup\\.cfg|phpunit\\.xml(\\.dist)?',
    ),
    ...onHost,
  },
  // Loaded unasked by the language's own tools, or choosing which of them run.
  {
    pattern: file(
      '\\.pylintrc|pylintrc|\\.rubocop\\.yml|\\.pnp\\.(c|loader\\.m)js|\\.rprofile|\\.renviron|\\.irbrc|\\.pryrc|\\.byebugrc|\\.rdbgrc|\\.gdbinit|\\.lldbinit|\\.ghci|\\.ocamlinit|\\.iex\\.exs|\\.credo\\.exs|\\.pythonrc(\\.py)?|\\.pdbrc(\\.py)?|\\.tclshrc|\\.psqlrc|\\.sqliterc|\\.luacheckrc|\\.busted|\\.perltidyrc|\\.proverc|\\.ansible\\.cfg|ansible\\.cfg|\\.tflint\\.hcl|\\.php-cs-fixer(\\.dist)?\\.php|rector\\.php|ecs\\.php|psalm\\.xml|phpstan(\\.dist)?\\.neon|phpstan\\.neon\\.dist|\\.scalafix\\.conf|\\.jvmopts|\\.sbtopts|\\.air\\.toml|\\.watchmanconfig|\\.screenrc|\\.tmux\\.conf|\\.curlrc|\\.wgetrc|\\.ackrc|\\.emacs|init\\.el|\\.mailcap|\\.nanorc|\\.rustfmt\\.toml\\.sh|rust-toolchain(\\.toml)?|gradle/wrapper/[^/]*|gradle\\.properties|\\.config/dotnet-tools\\.json|nuget\\.config|global\\.json|project/(plugins\\.sbt|build\\.properties)|tools/bazel|\\.bazelversion|pip\\.conf|\\.pypirc|\\.condarc|\\.gemrc|\\.bundle/config|\\.clang-tidy|hardhat\\.config\\.[cm]?[jt]s|truffle-config\\.js|[^/]*\\.pth|pyvenv\\.cfg|(setup-?tests?|global-?setup|global-?teardown|(spec|rails|test|feature)_helper|test_helper|setup_(teardown|files))[^/]*\\.(rb|exs?|[cm]?[jt]sx?|py)|(tests?|__tests__|spec|e2e)/([^/]+/)*(setup|bootstrap|globals?|init)\\.([cm]?[jt]sx?|php|rb|py)',
    ),
    ...onHost,
  },
  { pattern: names.hostRun, ...onHost },
  { pattern: names.hostRunCased, cased: true, ...onHost },
  {
    pattern: file(
      '\\.(nvmrc|node-version|python-version|ruby-version|java-version|go-version|swift-version|terraform-version|sdkmanrc)',
    ),
    category: 'build-configuration',
    code: 'path.toolVersion',
    write: 'medium',
  },
  // What was installed runs in the next command, in the editor and in the person's terminal.
  {
    pattern:
      /(^|\/)(node_modules\/(?!\.(cache|vite|tmp|vitest|package-lock)|[^/]*$)|node_modules\/[^./@][^/]*$|\.?venv\/(bin|scripts|lib|lib64|include)\/|site-packages\/|vendor\/(bin|composer|bundle)\/|vendor\/autoload\.php$|\.yarn\/(cache|unplugged|sdks)\/|\.terraform\/(providers|plugins)\/)/,
    category: 'runs-on-host',
    code: 'path.installedTool',
    write: 'high',
    writeOnly: true,
  },
  {
    pattern: file('\\.(git|docker|npm|vscode|helm|gcloud|vercel|cf|eb)ignore|info/exclude'),
    category: 'tampering',
    code: 'path.ignoreList',
    write: 'medium',
    appendable: true,
  },
  // What checks do not look at, and how much they ask.
  {
    pattern: file(
      '\\.(eslint|prettier|stylelint|markdownlint|trivy|semgrep|gitleaks|docker-scout|nsp|snyk|bandit|flake8|pylint|audit|oxlint|jshint|codespell|html-validate|swiftlint|tfsec|checkov|grype|dockle|osv-scanner)ignore|\\.coveragerc|\\.nycrc(\\.[a-z]+)?|\\.c8rc(\\.[a-z]+)?|\\.?codecov\\.ya?ml|\\.coveralls\\.yml|\\.snyk|\\.gitleaks\\.toml|\\.secrets\\.baseline|\\.hadolint\\.ya?ml|\\.checkov\\.ya?ml|\\.trivy\\.ya?ml|trivy\\.ya?ml|\\.semgrep\\.ya?ml|sonar-project\\.properties|\\.codeclimate\\.yml|\\.deepsource\\.toml|\\.flake8|\\.mypy\\.ini|pyrightconfig\\.json|\\.shellcheckrc|\\.yamllint(\\.ya?ml)?|\\.nsprc|audit-ci\\.jsonc?|osv-scanner\\.toml|\\.grype\\.ya?ml|\\.bandit|\\.safety-policy\\.yml|\\.size-limit\\.json|\\.lighthouserc(\\.[a-z]+)?|[^/]*-baseline\\.(neon|xml|json)|\\.rubocop_todo\\.yml|clippy\\.toml|\\.swiftlint\\.yml|\\.tfsec/.*|\\.talismanrc|\\.pre-commit-.*',
    ),
    category: 'checks-removed',
    code: 'path.checkSettings',
    write: 'medium',
  },
  {
    pattern: file(
      'package\\.json|pyproject\\.toml|cargo\\.toml|go\\.mod|composer\\.json|pom\\.xml|requirements[^/]*\\.txt|pipfile|gemfile|build\\.sbt|pubspec\\.yaml|environment\\.ya?ml',
    ),
    category: 'build-configuration',
    code: 'path.manifest',
    write: 'high',
  },
  { pattern: names.manifests, category: 'build-configuration', code: 'path.manifest', write: 'high' },
  {
    pattern: file(
      '[tj]sconfig[^/]*\\.json|\\.editorconfig|biome\\.jsonc?|\\.oxlintrc\\.json|\\.golangci\\.ya?ml|ruff\\.toml|mypy\\.ini',
    ),
    category: 'build-configuration',
    code: 'path.toolConfiguration',
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
  { pattern: names.locks, category: 'lock-file', code: 'path.lockFile', write: 'medium' },
  // Where a mistake costs others.
  {
    pattern:
      /\.(tf|tfvars|tf\.json|hcl|bicep)$|(^|\/)(terraform|cloudformation|helm|k8s|kubernetes|kustomiz[^/]*|ansible|infra|infrastructure)\/|^(pulumi|cdk|deploy|deployments?|ops|charts)\/|(^|\/)(charts|deploy|deployments?|ops|manifests)\/([^/]+\/)*[^/]+\.(ya?ml|tpl|sh)$|(^|\/)((dockerfile|containerfile)([.-][^/]*)?|[^/]*\.dockerfile|(docker-)?compose([.-][^/]*)?\.ya?ml|serverless\.(ya?ml|[jt]s|json)|fly\.toml|vercel\.json|netlify\.toml|wrangler\.(toml|jsonc?)|chart\.ya?ml|values([.-][^/]*)?\.ya?ml|pulumi[^/]*\.ya?ml|firebase\.json|firestore\.rules|render\.ya?ml|railway\.(json|toml)|now\.json|nginx[^/]*\.conf|cdk\.json)$|^app\.ya?ml$/,
    category: 'infrastructure',
    code: 'path.infrastructure',
    write: 'high',
  },
  { pattern: names.deployments, category: 'infrastructure', code: 'path.infrastructure', write: 'high' },
  {
    pattern:
      /(^|\/)(migrations?|db\/migrate|alembic\/versions|flyway|liquibase|prisma\/migrations)\/|(^|\/)(schema\.(sql|prisma|rb)|structure\.sql)$/,
    category: 'migration',
    code: 'path.migration',
    write: 'high',
    sourceOnly: true,
  },
  {
    pattern: word(
      'auth|authn|authz|authentication|authenticate|authenticator|authorization|authorize|authorizer|oauth2?|oidc|saml|sso|logins?|signin|sign-in|signup|sign-up|passwords?|permissions?|rbac|jwt|csrf|webauthn|mfa|totp|passkeys?|access-control',
    ),
    category: 'auth',
    code: 'path.auth',
    write: 'high',
    byWord: true,
    sourceOnly: true,
  },
  {
    // Words that name other things as well.
    pattern: word('sessions?|acls?|crypto|cryptography|security|roles|credentials?|tokens?|encryption|firewall'),
    category: 'auth',
    code: 'path.maybeAuth',
    write: 'medium',
    byWord: true,
    sourceOnly: true,
  },
  {
    pattern: word(
      'payments?|billing|invoices?|invoicing|stripe|paypal|braintree|adyen|payouts?|refunds?|paywall|credit-cards?|chargebacks?',
    ),
    category: 'payments',
    code: 'path.payments',
    write: 'high',
    byWord: true,
    sourceOnly: true,
  },
  {
    pattern: word('checkout|subscriptions?|ledger|pricing|orders?|wallets?|tax|taxes'),
    category: 'payments',
    code: 'path.maybePayments',
    write: 'medium',
    byWord: true,
    sourceOnly: true,
  },
  {
    pattern: /(^|\/)(prod|production)(\/|\.[^/]*$|$)|[._-](prod|production)(\.[a-z0-9]+)*$/,
    category: 'production',
    code: 'path.production',
    write: 'high',
    sourceOnly: true,
  },
  // Secrets. Examples are committed on purpose.
  {
    pattern:
      /(^|\/)\.env(\.(?!example$|sample$|template$|dist$|defaults$)[^/]*)?$|(^|\/)(secrets?|credentials?)(\.(?!([cm]?[jt]sx?|py|rb|go|rs|java|kt|cs|php|swift|c|h|cpp|md|mdx|rst|css|scss|vue|svelte|html?|sh|ex|exs|scala|dart)$)[a-z.]+)?$|(^|\/)secrets?\/([^/]+\/)*[^/]+\.(json|ya?ml|toml|ini|env|txt|properties|xml|enc|conf|cfg|csv|plist|pass|token)$|(^|\/)secrets?\/[^/.]+$/,
    category: 'secret',
    code: 'path.secret',
    write: 'medium',
    secret: 'data',
  },
  {
    pattern:
      /(^|\/)(id_(rsa|dsa|ecdsa|ed25519)(_sk)?|(?!(ca|certs?|chain|fullchain|public|pub)([._-][^/]*)?\.pem$|[^/]*[._-](ca|certs?|chain|public|pub)\.pem$)[^/]*\.(pem|p12|pfx|jks|keystore|kdbx|key|ppk)|[^/]*(secret|private)[^/]*\.(asc|gpg|age))$/,
    category: 'credential-access',
    code: 'path.key',
    write: 'high',
    secret: 'key',
  },
  {
    pattern:
      /^(~\/|\/root\/|\/home\/[^/]+\/|\/users\/[^/]+\/)(\.ssh|\.gnupg|\.aws|\.azure|\.kube|\.docker|\.config\/(gcloud|gh|hub|op|doctl|solana|sui|aptos|near-credentials|ngrok|argocd|flyctl|fly|vercel|stripe|supabase|railway|cloudflared|wrangler|nix|pulumi|snowflake|databricks|kaggle|exercism|glab-cli|rclone|sops|git|containers|heroku|netlify|configstore|github-copilot|google-chrome|chromium|microsoft-edge|brave|code\/user)|\.password-store|\.local\/share\/(keyrings|kwalletd)|\.terraform\.d|\.mozilla|\.thunderbird|\.electrum|\.bitcoin|\.ethereum|library\/(keychains|cookies|application support\/(google|firefox|code))|\.vault-token|\.netrc|\.pgpass|\.my\.cnf|\.mylogin\.cnf|\.git-credentials|\.npmrc|\.yarnrc(\.yml)?|\.pypirc|\.gem\/credentials|\.cargo\/credentials(\.toml)?|\.m2\/settings[^/]*\.xml|\.gradle\/gradle\.properties|\.composer\/auth\.json|\.nuget\/nuget\.config|\.s3cfg|\.boto|\.rclone\.conf|\.huggingface|\.cache\/huggingface\/token|\.claude|\.codex|\.gemini|\.config\/claude|\.bash_history|\.zsh_history|\.python_history|\.node_repl_history|\.psql_history|\.mysql_history|\.lesshst)(\/|$)/,
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
      /\.(pyc|pyo|o|obj|class|tsbuildinfo|log|out|pid|tmp|swp|map|gcda|gcno|profraw|prof|lcov|cpuprofile|heapsnapshot)$|(^|\/)(\.ds_store|thumbs\.db|\.coverage|\.eslintcache|npm-debug\.log[^/]*)$/,
    category: 'deletion',
    code: 'path.regenerable',
    regenerable: true,
  },
];
