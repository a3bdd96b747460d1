/** How many lines come and go. */
export function Counts({ added, removed }: { added: number; removed: number }) {
  return (
    <span class="counts" aria-label={`${added} lines added, ${removed} removed`}>
      <span class="plus">+{added}</span> <span class="minus">−{removed}</span>
    </span>
  );
}
