/** A codicon. Without a label it is decoration, which readers of the screen skip. */
export function Icon({ name, label, spin }: { name: string; label?: string; spin?: boolean }) {
  const classes = `codicon codicon-${name}${spin ? ' codicon-modifier-spin' : ''}`;
  return label === undefined ? (
    <span class={classes} aria-hidden="true" />
  ) : (
    <span class={classes} role="img" aria-label={label} title={label} />
  );
}
