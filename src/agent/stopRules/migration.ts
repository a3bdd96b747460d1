import type { StopRule } from './rule.ts';

/**
 * Tests of a migration that fail after the migration itself was edited. Data that was migrated wrongly is rarely got back,
 * so one attempt to mend it is given and no more. Our judgement.
 */
export const migration: StopRule = {
  limit: 2,
  find({ changes, tests }, limit) {
    const edited = changes.find(({ categories }) => categories.includes('migration'));
    if (edited === undefined) return null;
    const failed = tests.filter(run => run.seq > edited.seq && run.failing !== '' && aboutMigration(run));
    const last = tests.at(-1);
    if (failed.length < limit || last?.failing === '') return null;
    return { evidence: [edited.seq, ...failed.map(({ seq }) => seq)], args: { times: failed.length } };
  },
};

function aboutMigration({ migration: named, failing }: { migration: boolean; failing: string }): boolean {
  return named || /migrat/i.test(failing);
}
