/** What the rehearsal server calls itself in every answer's `server` header. */
export const rehearsalName = 'gatehouse-rehearsal';

/**
 * Whether a script answers at this address, so that the screen can say so. Only loopback is asked, no key is sent, and
 * no answer within a second means no.
 */
export async function isRehearsal(baseUrl: string): Promise<boolean> {
  const url = URL.parse(baseUrl);
  if (url === null || !['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)) return false;
  try {
    const answer = await fetch(new URL('/v1/messages', url), {
      method: 'OPTIONS',
      redirect: 'manual',
      signal: AbortSignal.timeout(1000),
    });
    return answer.headers.get('server') === rehearsalName;
  } catch {
    return false;
  }
}
