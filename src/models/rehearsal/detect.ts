/** What the rehearsal server calls itself in every answer's `server` header. */
export const rehearsalName = 'gatehouse-rehearsal';
/** The header by which it says that its script has a planner's part. */
export const plansHeader = 'gatehouse-plans';

/** A script that answers at an address. `plans`: it has a planner's part; one without is played without a planner. */
export interface FoundRehearsal {
  plans: boolean;
}

/**
 * Whether a script answers at this address, so that the screen can say so; null where none does. Only loopback is asked,
 * no key is sent, and no answer within a second means no.
 */
export async function findRehearsal(baseUrl: string): Promise<FoundRehearsal | null> {
  const url = URL.parse(baseUrl);
  if (url === null || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return null;
  try {
    const answer = await fetch(new URL('/v1/messages', url), {
      method: 'OPTIONS',
      redirect: 'manual',
      signal: AbortSignal.timeout(1000),
    });
    if (answer.headers.get('server') !== rehearsalName) return null;
    return { plans: answer.headers.get(plansHeader) === 'yes' };
  } catch {
    return null;
  }
}

export async function isRehearsal(baseUrl: string): Promise<boolean> {
  return (await findRehearsal(baseUrl)) !== null;
}
