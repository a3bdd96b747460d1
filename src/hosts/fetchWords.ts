import type { OutcomeRecord } from '../protocol/event.ts';

/** What a person is told of every page that is asked about. */
export const fetchFooting =
  'The page is asked for once, without cookies or your credentials. Its host learns this address. Only its visible text is given to the agent, as data.';

/** Said where an answer may hold for the run. */
export const fetchLasting = '“For this run” holds for other pages of this host too.';

/** Which host is meant, as it is looked up. */
export function hostWords(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** What came of asking for a page. */
export function fetchedWords({ status, bytes, movedTo }: Extract<OutcomeRecord, { kind: 'fetch' }>): string {
  if (movedTo !== null) return `moved to ${hostWords(movedTo)}`;
  const size = bytes < 1024 ? `${bytes} bytes` : `${Math.round(bytes / 1024).toLocaleString('en-US')} KiB`;
  return status === 200 ? size : `HTTP ${status}, ${size}`;
}
