/** What a patch keeps back: the bodies of its hunks (too large to be kept), or secrets behind placeholders; null: nothing. */
export function cutOf(patch: string): 'outline' | 'secrets' | null {
  const lines = patch.trimEnd().split('\n').slice(2);
  if (lines.length > 0 && lines.every(line => line.startsWith('@@'))) return 'outline';
  return /\[secret:[^\]\s]+\]/.test(patch) ? 'secrets' : null;
}
