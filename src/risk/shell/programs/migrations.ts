import type { Claim } from '../../claim.ts';
import { isLoopback } from '../../hosts.ts';
import { flagged, local } from '../remote.ts';
import { claimed, type Flag, type Note, note, type ProgramTable, type Spec } from '../spec.ts';
import type { Word } from '../word.ts';

// Sources: prisma's, drizzle-kit's, knex's, sequelize-cli's, typeorm's, alembic's, flyway's, liquibase's, Rails', Django's
// and Laravel's command references.

const migrates = note('high', 'migration', 'database.migrates');
const resets = note('critical', 'migration', 'database.reset');
const runsCode = note('medium', 'inline-code', 'database.projectCode');

/** How a tool's verbs fall out. A verb matches by its whole name; `others` is for the rest. */
interface Verbs {
  readonly resets?: RegExp;
  readonly migrates?: RegExp;
  readonly code?: RegExp;
  readonly others?: Note;
}

/** What the words of a migration tool come to, whichever of them is the verb. */
function judge(texts: readonly (string | null)[], verbs: Verbs): Claim[] {
  const [verb] = texts;
  if (verb === undefined) return [];
  if (texts.some(text => text !== null && verbs.resets?.test(text) === true)) return [claimed(resets)];
  if (verb === null || texts.some(text => text !== null && verbs.migrates?.test(text) === true))
    return [claimed(migrates)];
  if (verbs.code?.test(verb) === true) return [claimed(runsCode)];
  return verbs.others === undefined ? [] : [claimed(verbs.others)];
}

const tool = (verbs: Verbs, flags: Record<string, Flag> = {}): Spec => ({
  flags,
  // Verbs stand among the first words: `prisma migrate deploy`, `rake db:drop db:create`.
  inspect: call =>
    judge(
      call.operands.slice(0, 4).map(word => word.text),
      verbs,
    ),
});

const prisma: Spec = {
  flags: { ...flagged('--force-reset --accept-data-loss', { note: resets }), '--schema': { value: 'read' } },
  sub: {
    migrate: tool({ resets: /^reset$/, migrates: /^(dev|deploy|resolve)$/ }, flagged('--create-only', {})),
    db: tool({ migrates: /^(push|execute|seed)$/ }, flagged('--force-reset --accept-data-loss', { note: resets })),
    studio: { notes: [note('medium', 'database', 'database.interactive')] },
    generate: local,
    validate: local,
    format: local,
    version: local,
    debug: local,
    init: local,
    platform: { notes: [note('high', 'external-service', 'remote.changes')] },
  },
  otherSub: { notes: [note('medium', 'unknown-program', 'database.otherVerb')] },
};

/** `rails` and `rake`: tasks by name; any number of them. */
const rails: Spec = {
  projectCopy: true,
  flags: {
    ...flagged('-e --environment', { value: 'ignore' }),
    ...flagged('-f --rakefile', { value: 'script' }),
    ...flagged('-r --require', { value: 'script' }),
    ...flagged('-E --execute-continue --execute -p --execute-print', { value: 'ignore', note: runsCode }),
  },
  inspect(call) {
    const claims = judge(
      call.operands.map(word => word.text),
      {
        resets:
          /^db:(drop|reset|purge|truncate_all|migrate:reset|schema:load|structure:load|seed:replant|test:purge)(:\w+)*$/,
        migrates:
          /^(db:(migrate|rollback|setup|seed|prepare|create|forward|migrate:\w+|fixtures:load|schema:cache:clear|encryption:init)(:\w+)*|data:migrate.*)$/,
        code: /^(runner|r|console|c|dbconsole|db)$/,
      },
    ).filter(claim => !(claim.does === 'note' && call.operands.some(({ text }) => text === 'db:migrate:status')));
    const [verb, text] = call.operands;
    if ((verb?.text === 'runner' || verb?.text === 'r') && text !== undefined)
      claims.push({ does: 'code', language: 'ruby', text }, ...deletions(text));
    if (/^credentials:(show|edit|diff)$|^secrets:/.test(verb?.text ?? ''))
      claims.push(claimed(note('high', 'credential-access', 'remote.printsSecret')));
    const production = [
      ...call.invocation.env.filter(({ name }) => /^(RAILS|RACK)_ENV$/.test(name)).map(({ value }) => value),
      ...call.values('-e', '--environment'),
    ].some(({ text: value }) => value === null || value.startsWith('prod'));
    if (production) claims.push(claimed(note('high', 'production', 'database.production')));
    if (call.invocation.env.some(({ name }) => name === 'DISABLE_DATABASE_ENVIRONMENT_CHECK'))
      claims.push(claimed(resets));
    return claims;
  },
};

/** Its `-e` is code, not an environment. */
const rake: Spec = {
  ...rails,
  flags: {
    ...rails.flags,
    ...flagged('-e --execute', { value: 'ignore', note: runsCode }),
  },
  inspect: call => [
    ...(rails.inspect?.({ ...call, values: (...flags) => call.values(...flags.filter(flag => flag !== '-e')) }) ?? []),
    ...call
      .values('-e', '--execute', '-E', '--execute-continue', '-p', '--execute-print')
      .map((text): Claim => ({ does: 'code', language: 'ruby', text })),
  ],
};

/** Code of the framework that deletes or rewrites many records at once. */
function deletions({ text }: Word): Claim[] {
  return text === null ||
    /\b(delete_all|destroy_all|update_all|truncate|drop_table|drop_database|execute)\b|\.delete\(|\.truncate\(|(DELETE|DROP|TRUNCATE)\s/.test(
      text,
    )
    ? [claimed(note('high', 'database', 'database.destroys'))]
    : [];
}

const django: Spec = {
  projectCopy: true,
  flags: {
    ...flagged('--settings --pythonpath --database', { value: 'ignore' }),
    ...flagged('-c --command', { value: 'ignore' }),
  },
  inspect(call) {
    const [verb] = call.operands;
    const looksOnly = call.has('--plan', '--check', '--list');
    const text = call.values('-c', '--command')[0];
    return [
      ...(looksOnly
        ? []
        : judge(
            [verb].filter(word => word !== undefined).map(word => word.text),
            {
              resets: /^(flush|reset_db|sqlflush|truncate)$/,
              migrates:
                /^(migrate|loaddata|createsuperuser|changepassword|syncdb|clearsessions|remove_stale_contenttypes)$/,
              code: /^(shell|shell_plus|runscript)$/,
            },
          )),
      ...(verb?.text === 'dumpdata' ? [claimed(note('medium', 'database', 'database.dumps'))] : []),
      ...(verb?.text === 'sendtestemail' ? [claimed(note('high', 'external-service', 'network.mail'))] : []),
      ...(verb?.text?.startsWith('shell') === true && text !== undefined
        ? [{ does: 'code', language: 'python', text } as const, ...deletions(text)]
        : []),
    ];
  },
};

const artisan: Spec = {
  projectCopy: true,
  flags: {
    '--force': { note: note('high', 'production', 'database.production') },
    ...flagged('--database --env --path', { value: 'ignore' }),
    '--execute': { value: 'ignore' },
  },
  inspect: call => [
    ...judge(
      call.operands.slice(0, 1).map(word => word.text),
      {
        resets: /^(migrate:(fresh|reset|refresh)|db:wipe)$/,
        migrates: /^(migrate|migrate:(rollback|install)|db:seed|schema:dump|queue:(flush|clear|retry)|cache:forget)$/,
        code: /^(tinker|db)$/,
      },
    ),
    ...call.values('--execute').map((text): Claim => ({ does: 'code', language: 'php', text })),
    ...(/^(env:decrypt|key:generate)$/.test(call.operands[0]?.text ?? '')
      ? [claimed(note('high', 'secret', 'remote.printsSecret'))]
      : []),
  ],
};

const seqFlags = {
  ...flagged('--config --options-path --migrations-path', { value: 'read' }),
  '--url': { value: 'host' },
  '--env': { value: 'ignore' },
} satisfies Record<string, Flag>;

export const migrations: ProgramTable = {
  prisma,
  'drizzle-kit': tool(
    { resets: /^drop$/, migrates: /^(push|migrate|push:\w+)$/ },
    { '--config': { value: 'script' }, '--force': { note: resets }, '--url': { value: 'ignore' } },
  ),
  knex: tool(
    { migrates: /^(migrate:(latest|up|down|rollback|unlock|forceFreeMigrationsLock)|seed:run)$/ },
    { '--knexfile': { value: 'script' }, '--env': { value: 'ignore' }, '--all': {} },
  ),
  'sequelize-cli': tool(
    {
      resets: /^(db:drop|db:migrate:undo:all|db:seed:undo:all)$/,
      migrates: /^(db:migrate|db:migrate:(undo|schema:.*)|db:seed.*|db:create)$/,
    },
    seqFlags,
  ),
  sequelize: tool(
    {
      resets: /^(db:drop|db:migrate:undo:all|db:seed:undo:all)$/,
      migrates: /^(db:migrate|db:migrate:(undo|schema:.*)|db:seed.*|db:create)$/,
    },
    seqFlags,
  ),
  typeorm: tool(
    { resets: /^(schema:drop)$/, migrates: /^(migration:(run|revert)|schema:sync)$/, code: /^query$/ },
    flagged('-d --dataSource', { value: 'script' }),
  ),
  'mikro-orm': tool({
    resets: /^(schema:(drop|fresh)|migration:fresh|database:drop)$/,
    migrates: /^(migration:(up|down)|schema:update|seeder:run)$/,
  }),
  'db-migrate': tool({ resets: /^(reset|db:drop)$/, migrates: /^(up|down)$/ }),
  'node-pg-migrate': tool({ migrates: /^(up|down|redo)$/ }),
  'graphile-migrate': tool({ resets: /^reset$/, migrates: /^(migrate|commit|uncommit|watch|run)$/ }),
  dbmate: tool(
    { resets: /^drop$/, migrates: /^(up|migrate|rollback|down|create|load)$/ },
    flagged('-u --url -e --env -d', { value: 'ignore' }),
  ),
  goose: tool(
    {
      code: /^(run|session|recipe|web|schedule)$/,
      resets: /^reset$/,
      migrates: /^(up|up-to|up-by-one|down|down-to|redo)$/,
    },
    flagged('-dir', { value: 'ignore' }),
  ),
  migrate: tool(
    { resets: /^drop$/, migrates: /^(up|down|goto|force)$/ },
    flagged('-path -database -source', { value: 'ignore' }),
  ),
  atlas: tool({ resets: /^clean$/, migrates: /^(apply|down|push)$/ }),
  sqitch: tool({ migrates: /^(deploy|revert|rebase|checkout)$/ }),
  diesel: tool({ resets: /^reset$/, migrates: /^(run|revert|redo|setup)$/ }),
  'sea-orm-cli': tool({ resets: /^(fresh|refresh|reset)$/, migrates: /^(up|down)$/ }),
  sqlx: tool({ resets: /^(drop|reset)$/, migrates: /^(run|revert|create|setup)$/ }),
  alembic: tool(
    { migrates: /^(upgrade|downgrade|stamp)$/ },
    { ...flagged('-c --config', { value: 'read' }), ...flagged('-x -n -m', { value: 'ignore' }) },
  ),
  flask: {
    like: tool(
      { migrates: /^(upgrade|downgrade|stamp)$/, code: /^shell$/ },
      flagged('--app -A --host -h', { value: 'ignore' }),
    ),
    inspect: ({ invocation: { args } }) => {
      const open = args.some((word, i) => {
        const host =
          /^(?:--host=|-h)(.+)$/s.exec(word.text ?? '')?.[1] ??
          (/^(--host|-h)$/.test(args[i - 1]?.text ?? '') ? (word.text ?? '?') : undefined);
        return host !== undefined && (!isLoopback(host) || /^(0\.0\.0\.0|\[?::\]?|0)$/.test(host));
      });
      return open ? [claimed(note('medium', 'network', 'builds.listensWide'), { program: 'flask' })] : [];
    },
  },
  flyway: tool({ resets: /^(clean|undo)$/, migrates: /^(migrate|baseline|repair)$/ }),
  liquibase: tool(
    {
      resets: /^(drop-all|dropall)$/i,
      migrates: /^(update|rollback|tag|changelog-sync|clear-checksums|release-locks|execute-sql)([-\w]*|)$/i,
    },
    flagged('--url --username --password --changelog-file', { value: 'ignore' }),
  ),
  phinx: tool({ migrates: /^(migrate|rollback|seed:run|breakpoint)$/ }),
  'doctrine-migrations': tool({ migrates: /migrat|execute|rollup/ }),
  ecto: tool({ resets: /^(drop|reset)$/, migrates: /^(migrate|rollback)$/ }),
  rails,
  rake,
  'django-admin': django,
  'manage.py': django,
  artisan,
};
