import type { Claim } from '../claim.ts';
import { claimed, note } from './spec.ts';

/** What a task's name promises, whatever its text seems to do. The name may be all that we can read. */
export function nameClaims(name: string): Claim[] {
  if (rehearsal.test(name)) return [];
  if (publishes.test(name)) return [claimed(note('high', 'publish', 'task.namedPublish'), { name })];
  if (deploys.test(name)) return [claimed(note('high', 'external-service', 'task.namedDeploy'), { name })];
  if (destroys.test(name)) return [claimed(note('high', 'database', 'task.namedDestroy'), { name })];
  return [];
}

/** `deploy:dry-run`, `release-check`, `build:deploy-preview-types`: the name takes back what it promises. */
const rehearsal =
  /(^|[:._-])(dry|dry-?run|check|test|tests|lint|types?|typecheck|notes|local|plan|diff|status|help)($|[:._-])/i;
const publishes = /(^|[:._-])(publish(ing)?|publishall|release|upload)($|[:._-])|^publish[A-Z]/i;
const deploys = /(^|[:._-])(deploy(ment)?|rollback|provision|promote|ship|ship-?it)($|[:._-])/i;
const destroys =
  /(^|[:._-])(destroy|teardown|nuke|wipe)($|[:._-])|(^|[:._-])(db|database|schema|migrations?)[:._-](drop|reset|purge|wipe|nuke|truncate|rollback|fresh|setup|schema:load)($|[:._-])/i;
