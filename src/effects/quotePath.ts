const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A path for people and models. One with control or formatting characters becomes a JSON string, so that it cannot forge lines. */
export function quotePath(path: string): string {
  if (path.search(unseen) < 0) return path;
  const escape = (char: string) =>
    [...Array(char.length).keys()].map(at => `\\u${char.charCodeAt(at).toString(16).padStart(4, '0')}`).join('');
  return JSON.stringify(path).replace(unseen, escape);
}
