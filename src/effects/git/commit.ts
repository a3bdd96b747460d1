/** A commit as its bytes say. `text`: byte for byte, as latin1. */
export interface Commit {
  tree: string;
  parents: string[];
  author: Ident;
  committer: Ident;
  message: string;
  signed: boolean;
  /** It has headers that a new commit with the same content would not have. */
  unusual: boolean;
}

export interface Ident {
  name: string;
  email: string;
  /** As git takes it: `@seconds zone`. */
  date: string;
}

/** Reads what `git cat-file commit` prints. null where it is not a commit that git itself would write. */
export function parseCommit(bytes: Buffer): Commit | null {
  const text = bytes.toString('latin1');
  const end = text.indexOf('\n\n');
  if (end < 0) return null;
  const headers = text
    .slice(0, end)
    .replaceAll(/\n [^\n]*/g, '')
    .split('\n');
  const values = (name: string) =>
    headers.filter(line => line.startsWith(`${name} `)).map(line => line.slice(name.length + 1));
  const [tree] = values('tree');
  const [author, committer] = [parseIdent(values('author')[0]), parseIdent(values('committer')[0])];
  if (tree === undefined || author === null || committer === null) return null;
  const known = /^(tree|parent|author|committer|gpgsig|gpgsig-sha256) /;
  return {
    tree,
    parents: values('parent'),
    author,
    committer,
    message: text.slice(end + 2),
    signed: headers.some(line => line.startsWith('gpgsig')),
    unusual: headers.some(line => !known.test(line)) || text.includes('\0'),
  };
}

function parseIdent(text: string | undefined): Ident | null {
  const [, name, email, seconds, zone] = /^(.*?) ?<([^<>]*)> (\d+) ([+-]\d{4})$/.exec(text ?? '') ?? [];
  if (name === undefined || email === undefined) return null;
  return { name, email, date: `@${seconds} ${zone}` };
}

/** Whether both have the same content, by the same people, with the same words. */
export function isSameCommit(one: Commit, other: Commit): boolean {
  const content = ({ tree, author, committer, message }: Commit) => JSON.stringify([tree, author, committer, message]);
  return content(one) === content(other);
}
