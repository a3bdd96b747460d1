import type { EffectOf } from '../../../src/protocol/effect.ts';

/** The page's whole address: what stands in it is what its host would be told. */
export function FetchSubject({ page, sends }: { page: EffectOf<'fetch'>; sends: boolean }) {
  return (
    <>
      {page.prompt !== undefined && <p class="dim">The agent says: {page.prompt}</p>}
      <pre class="subject" tabIndex={0} aria-label="The address of the page">
        {page.url}
      </pre>
      <p class="permit">
        The page is asked for once, without cookies or your credentials. Its host learns this address. Only its visible
        text is given to the agent, as data.{!sends && ' “For this run” holds for other pages of this host too.'}
      </p>
    </>
  );
}
