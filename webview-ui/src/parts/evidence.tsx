import type { Link } from '../view/items.ts';

/** Leads to the rows of the run that a sentence rests on. */
export function Evidence({ links }: { links: readonly Link[] }) {
  if (links.length === 0) return null;
  return (
    <p class="evidence">
      Because of{' '}
      {links.map(({ key, label }, nth) => (
        <span key={key}>
          {nth > 0 && ', '}
          <button type="button" class="link" onClick={() => lead(key)}>
            {label}
          </button>
        </span>
      ))}
    </p>
  );
}

function lead(key: string): void {
  const row = document.getElementById(`item-${key}`);
  row?.scrollIntoView({ block: 'center' });
  row?.querySelector<HTMLElement>('button')?.focus();
}
