import type { Finding } from '../assessment.ts';

/** Files by which others use a package: what they name, others may import. */
const entries =
  /(^|\/)(index\.[cm]?[jt]sx?|[^/]+\.d\.[cm]?ts|lib\.rs|mod\.rs|__init__\.py|api\.[cm]?[jt]s|public[-_]?api\.[cm]?ts)$/i;
const schemas = /(^|\/)((openapi|swagger)[^/]*\.(ya?ml|json)|[^/]+\.(proto|graphqls?|gql|thrift|avsc))$/i;

/** Names that a package or an interface description offered and offers no more. */
export function interfaceChanges(path: string, before: string, after: string): Finding[] {
  if (before === '') return [];
  const names = entries.test(path) ? exported : schemas.test(path) ? described : null;
  if (names === null) return [];
  const still = names(after);
  const gone = [...names(before)].filter(name => !still.has(name));
  if (gone.length === 0) return [];
  const shown = gone.slice(0, 3).join(', ');
  return [{ tier: 'medium', category: 'public-interface', code: 'edit.exportRemoved', args: { path, names: shown } }];
}

function exported(text: string): Set<string> {
  const names = new Set<string>();
  const declared =
    /\bexport\s+(?:default\s+|declare\s+|abstract\s+|async\s+)*(?:const|let|var|function\*?|class|interface|type|enum|namespace)\s+(\w+)|\bpub\s+(?:async\s+|unsafe\s+|const\s+)*(?:fn|struct|enum|trait|mod|type|const|use)\s+([\w:]+)|\b(?:exports|module\.exports)\.(\w+)\s*=/g;
  for (const [, a, b, c] of text.matchAll(declared)) names.add(a ?? b ?? c ?? '');
  for (const [, list = ''] of text.matchAll(/\bexport\s+(?:type\s+)?\{([^}]*)\}/g))
    for (const part of list.split(',')) {
      const name =
        part
          .trim()
          .split(/\s+as\s+/)
          .at(-1)
          ?.replace(/^type\s+/, '')
          .trim() ?? '';
      if (name !== '') names.add(name);
    }
  for (const [, from = ''] of text.matchAll(/\bexport\s+\*\s+(?:as\s+\w+\s+)?from\s+['"]([^'"]+)['"]/g))
    names.add(`* from ${from}`);
  for (const [, list = ''] of text.matchAll(/\b__all__\s*=\s*[[(]([^\])]*)[\])]/g))
    for (const [, name = ''] of list.matchAll(/['"](\w+)['"]/g)) names.add(name);
  if (/\bexport\s+default\b/.test(text)) names.add('default');
  return names;
}

/** Paths, messages, types and fields of an interface description. */
function described(text: string): Set<string> {
  const names = new Set<string>();
  for (const [, path, word, field] of text.matchAll(
    /^\s*["']?(\/[\w{}/.-]*)["']?\s*:|^\s*(?:message|service|rpc|enum|type|input|interface|union|scalar|struct)\s+(\w+)|^\s*(\w+)\s*(?:\([^)]*\))?\s*:\s*[[\w]/gm,
  ))
    names.add(path ?? word ?? field ?? '');
  for (const [, field = ''] of text.matchAll(
    /^\s*(?:optional\s+|repeated\s+|required\s+)?[\w.<>, ]+\s+(\w+)\s*=\s*\d+/gm,
  ))
    names.add(field);
  return names;
}
