/** How far into a page its own word about its characters is looked for, as browsers do: https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding. */
const prescan = 1024;

/** What a type's name says of its bytes: a page of HTML, other text, or none that can be read. */
export function kindOf(contentType: string, body: Uint8Array): 'html' | 'text' | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/html' || type === 'application/xhtml+xml') return 'html';
  if (/^text\/|[/+](json|xml|yaml|x-yaml|javascript|ecmascript|toml|x-sh|x-ndjson)$/.test(type)) return 'text';
  if (type !== '') return null;
  const start = Buffer.from(body.subarray(0, prescan)).toString('latin1');
  return start.includes('\0') ? null : /<(!doctype html|html|head|body)\b/i.test(start) ? 'html' : 'text';
}

/** Bytes as text, in the characters that the bytes' own mark, the header or the page itself names; else UTF-8. */
export function decode(contentType: string, body: Uint8Array): string {
  const named = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1];
  const start = Buffer.from(body.subarray(0, prescan)).toString('latin1');
  const own = /<meta[^>]{0,200}?charset\s*=\s*["']?([\w.:-]+)/i.exec(start)?.[1];
  for (const label of [marked(body), named, own, 'utf-8']) {
    const decoder = label === undefined ? null : decoderFor(label);
    if (decoder !== null) return decoder.decode(body);
  }
  return '';
}

function marked([a, b, c]: Uint8Array): string | undefined {
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return a === 0xfe && b === 0xff ? 'utf-16be' : undefined;
}

function decoderFor(label: string): InstanceType<typeof TextDecoder> | null {
  try {
    return new TextDecoder(label);
  } catch {
    return null;
  }
}
