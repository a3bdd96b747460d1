/** Files that change data or its shape, by the conventions of the usual tools. */
const places =
  /(^|\/)(migrations?|migrate|alembic\/versions|db\/versions|flyway|liquibase|prisma\/migrations)\/.+\.(sql|js|cjs|mjs|ts|py|rb|php|go|kt|java|xml|ya?ml|exs|cs)$|(^|\/)V\d[\w.]*__\w+\.sql$/i;

export function isMigration(path: string): boolean {
  return (
    places.test(path) && !/(^|\/)(__init__|index|env)\.\w+$/.test(path) && !/(\.test|\.spec|_test)\.\w+$/.test(path)
  );
}

/** Whether a migration can be taken back by its own tool; null where that cannot be told. `all` are the paths that there are. */
export function hasWayDown(path: string, text: string | null, all: ReadonlySet<string>): boolean | null {
  if (text === null) return null;
  if (/\.sql$/i.test(path)) return sqlDown(path, text, all);
  if (path.endsWith('.rb')) return /\bdef\s+(?:self\.)?(?:down|change)\b/.test(text) && !irreversible.test(text);
  if (path.endsWith('.py')) {
    if (/\bdef\s+upgrade\s*\(/.test(text))
      return /\bdef\s+downgrade\s*\([^)]*\)[^:]*:\s*\n\s+(?!pass\b|raise\b)\S/.test(text);
    const codes = text.match(/\bRunPython\s*\(|\bRunSQL\s*\(/g)?.length ?? 0;
    return codes === 0 || /reverse_code|reverse_sql/.test(text);
  }
  if (/\.(js|cjs|mjs|ts)$/.test(path)) return /\bdown\b\s*(?:[(:=]|=>)/.test(text) && !irreversible.test(text);
  if (path.endsWith('.php')) return /\bfunction\s+down\s*\(\s*\)[^{]*\{\s*[^\s}]/.test(text);
  if (path.endsWith('.go')) return /\b[Dd]own\w*\b/.test(text);
  if (path.endsWith('.exs')) return /\bdef\s+(?:down|change)\b/.test(text);
  if (path.endsWith('.cs')) return /\boverride\s+void\s+Down\s*\([^)]*\)\s*\{\s*[^\s}]/.test(text);
  return null;
}

const irreversible = /IrreversibleMigration|irreversible/i;

function sqlDown(path: string, text: string, all: ReadonlySet<string>): boolean {
  if (/\.down\.sql$/i.test(path)) return true;
  if (/^--\s*(?:\+goose|migrate:|\+migrate)\s*down\b/im.test(text)) return true;
  const pairs = [
    path.replace(/\.up\.sql$/i, '.down.sql'),
    path.replace(/(^|\/)up\.sql$/i, '$1down.sql'),
    path.replace(/(^|\/)V(\d[\w.]*__\w+\.sql)$/, '$1U$2'),
    path.replace(/(^|\/)migration\.sql$/i, '$1down.sql'),
  ];
  return pairs.some(pair => pair !== path && all.has(pair));
}
