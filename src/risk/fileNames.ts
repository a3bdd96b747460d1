/**
 * Names of files and folders that a tool reads or runs unasked, by what kind of tool it is. Tested against a path relative to
 * the workspace, in lower case unless said otherwise. Sources: the tools' own documentation.
 */

/** Editors, language servers and hosted workspaces. */
export const editors =
  /(^|\/)(\.clangd|\.ccls|\.ycm_extra_conf\.py|\.lvimrc|\.local\.vimrc|\.vimrc\.local|\.kakrc|\.helix|\.theia|\.run|\.settings|\.project|\.classpath|\.projectile|\.vs|\.lite_project\.lua|[^/]*\.sublime-(project|workspace|build)|\.gitpod\.(ya?ml|dockerfile)|\.ona|\.idx|\.replit|replit\.nix|\.stackblitzrc|\.codesandbox|\.devfile\.ya?ml|devfile\.ya?ml)(\/|$)/;

/** What a shell loads when it enters the folder. */
export const shellStarts =
  /(^|\/)(devenv\.(nix|ya?ml)|devbox\.json|\.?mise(\.[a-z0-9_-]+)*\.toml|\.mise\/.*|mise\/(config[^/]*\.toml|tasks\/.*)|mise-tasks\/.*|\.mise-tasks\/.*|\.config\/mise(\.toml|\/.*)?|\.rtx[a-z0-9._-]*\.toml|\.autoenv[^/]*(\/.*)?|\.flox(\/.*)?|\.envrc\.[^/]*|\.direnv\/.*)$/;

/** Instructions, tools and hooks of coding agents. */
export const agents =
  /(^|\/)(\.github\/(instructions|prompts|agents|chatmodes|hooks|skills|copilot[^/]*)|\.(agents?|amazonq|junie|augment|augment-guidelines|augmentignore|trae|qwen|crush|goose|goosehints|opencode|aiassistant|mcp|rules|openhands|factory|cody|tabnine|kilocode|kilocoderules|roorules|rooignore|roomodes|zencoder|rovodev|devin|pearai|void|copilot|ai|aiignore|cursorignore|windsurfignore|windsurf-rules|airules|ai-rules|claudeignore|geminiignore|sourcegraph|zed-ai|warp)|(qwen|warp|crush|agent|opencode)\.md|opencode\.jsonc?|crush\.json|\.crush\.json|mcp_config\.json|mcp\.jsonc|\.?mcp-config\.json)(\/|$)/;

/** Runs in CI, with CI's credentials. */
export const pipelines =
  /(^|\/)(\.(forgejo|gitea)\/|\.gitlab\/[^/]*\.ya?ml$|\.gitlab-ci\/|\.gitlab-ci[^/]*\.ya?ml$|\.tekton\/|\.builds?\/[^/]*\.ya?ml$|\.build\.ya?ml$|\.drone\.(star|jsonnet)$|\.dagger\/|dagger\.(json|cue)$|\.github\/scripts\/|earthfile$|\.earthly\/|\.vela\.ya?ml$|screwdriver\.ya?ml$|\.prow(\.ya?ml$|\/)|wercker\.ya?ml$|bitrise\.ya?ml$|codemagic\.ya?ml$|\.harness\/|\.?zuul\.(ya?ml$|d\/)|\.jenkins\/|\.evergreen\.ya?ml$|\.onedev-buildspec\.ya?ml$|\.ado\/|\.pipelines\/|\.scrutinizer\.ya?ml$|\.styleci\.ya?ml$|\.gocd\.ya?ml$)/;

/** Describes what runs for others, or puts it there. */
export const deployments =
  /\.(tofu|bicepparam|nomad|rego|cron)$|(^|\/)(template\.ya?ml|samconfig\.toml|kustomization\.ya?ml|helmfile\.ya?ml|caddyfile|\.htaccess|haproxy\.cfg|httpd\.conf|traefik\.(ya?ml|toml)|supervisord\.conf|crontab|cloud-init[^/]*|[^/]*\.(service|timer)|procfile\.[^/]*|captain-definition|zeabur\.json|apprunner\.ya?ml|appspec\.ya?ml|dockerrun\.aws\.json|task-definition[^/]*\.json|score\.ya?ml|werf\.ya?ml|garden\.ya?ml)$|(^|\/)(argocd|argo-cd|fluxcd|cron\.d|\.ebextensions|\.platform|\.kamal|kamal)\/|^flux\/|(^|\/)flux\/([^/]+\/)*[^/]+\.ya?ml$|(^|\/)(scripts?|bin|tools|hack|ci)\/(deploy|release|publish|rollback|provision|ship)([._-][^/]*)?(?<!\.md)$/;

/** Code and settings that builds, test runners and task runners run or load outside the sandbox. */
export const hostRun =
  /(^|\/)([^/]*\.(config|conf)(\.[a-z0-9_-]+)?\.[cm]?[jt]sx?|\.[^/]*rc\.[cm]?[jt]sx?|\.(taprc|releaserc|lighthouserc|remarkrc|textlintrc|ncurc|xo-config|plop|markdownlint-cli2|swcrc|terserrc|cz-config|czrc|versionrc|yo-rc|pnpmfile)(\.[a-z]+)?|\.pnpmfile\.[cm]?js|pnpm-workspace\.ya?ml|nx\.json|turbo\.jsonc?|lerna\.json|rush\.json|angular\.json|workspace\.json|(apps|libs|packages)\/([^/]+\/)*project\.json|import_?map\.json|binding\.gyp|[^/]*\.gypi|plopfile\.[cm]?[jt]s|hygen\.js|patches\/.*\.(patch|diff)|\.yarn\/patches\/.*|conf\.py|tasks\.py|dodo\.py|hatch_build\.py|pdm_build\.py|build_?(meta|backend|ext)\.py|_custom_build\.py|pavement\.py|shovel\.py|magefile\.go|magefiles\/.*|dangerfile(\.[a-z]+)?|berksfile|capfile|config\.ru|thorfile|brewfile|appfile|matchfile|steepfile|puppetfile|cartfile|mintfile|build\.(sc|mill|xml|boot|cake|fsx|ps1|cmd)|project\.clj|deps\.edn|bb\.edn|shadow-cljs\.edn|buildsrc\/.*|build-logic\/.*|directory\.(build\.rsp|packages\.props|solution\.(props|targets))|msbuild\.rsp|[^/]*\.(targets|props|sln|slnx|vcxproj|proj|bzl|bazel|buckconfig|rockspec|nimble)|cmake(user)?presets\.json|compile_commands\.json|\.?justfile|[^/]*\.just|\.?taskfile(\.[a-z]+)*\.ya?ml|pants\.toml|\.buckconfig|\.bazelrc\..*|xmake\.lua|premake[45]?\.lua|build\.ninja|sconscript|wscript_build|makefile|[^/]*\.(pri|pro)|configure\.in|meson_options\.txt|meson\.options|snapcraft\.ya?ml|melos\.ya?ml|project\.(swift|pbxproj)|[^/]*\.xcscheme|\.xcode\.env[^/]*)$|(^|\/)(\.storybook|cypress\/(support|plugins))(\/|$)/;

/** In the case that they are written in: `build` is a folder of results. */
export const hostRunCased = /(^|\/)(BUILD|BUCK|WORKSPACE|PKGBUILD)$/;

/** Say which packages a project uses. */
export const manifests =
  /(^|\/)(go\.work|[^/]*\.gemspec|[^/]*\.cabal|[^/]*\.podspec(\.json)?|cabal\.project[^/]*|package\.yaml|requirements\/[^/]*\.(txt|in)|[^/]*(requirements|constraints)[^/]*\.(in|txt)|pixi\.toml|pnpm-catalog\.ya?ml|conanfile\.(txt|py)|vcpkg\.json|opam|[^/]*\.opam|project\.toml|[^/]*\.nuspec|packages\.config|libs\.versions\.toml|gradle\/libs\.versions\.toml)$/;

/** Fix which packages are installed. */
export const locks =
  /(^|\/)(deno\.lock|go\.work\.sum|podfile\.lock|package\.resolved|cartfile\.resolved|conda-lock\.ya?ml|[^/]*\.conda-lock\.ya?ml|pylock(\.[a-z0-9_-]+)?\.toml|pdm\.lock|pixi\.lock|rebar\.lock|chart\.lock|gradle\.lockfile|[^/]*\.gradle\.lockfile|buildscript-gradle\.lockfile|verification-metadata\.xml|\.terraform\.lock\.hcl|brewfile\.lock\.json|berksfile\.lock|puppetfile\.lock|module\.bazel\.lock|devbox\.lock|devenv\.lock|mise\.lock|conan\.lock|vcpkg-lock\.json|cabal\.project\.freeze|stack\.yaml\.lock|paket\.lock|project\.assets\.json|symfony\.lock|shard\.lock|\.pnp\.data\.json)$/;
