/** Text of the turn that streams. `blocks` are whole Markdown blocks and never change again; `rest` still grows. */
export interface Stream {
  turn: number;
  blocks: readonly string[];
  rest: string;
  /** Where in `rest` the next unread line begins, and the mark of the code fence that is open there. */
  read: number;
  fence: string | null;
}

export function startStream(turn: number): Stream {
  return { turn, blocks: [], rest: '', read: 0, fence: null };
}

/** Adds text, moving what a blank line outside a code fence has closed from `rest` to `blocks`. Reads each line once. */
export function addText(stream: Stream, text: string): Stream {
  let { rest, read, fence } = stream;
  rest += text;
  const blocks: string[] = [];
  for (let end = rest.indexOf('\n', read); end !== -1; end = rest.indexOf('\n', read)) {
    const begin = read;
    const line = rest.slice(begin, end);
    read = end + 1;
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1] ?? null;
    if (fence === null) fence = mark;
    else if (mark?.startsWith(fence) && line.trim() === mark) fence = null;
    if (fence !== null || line.trim() !== '') continue;
    if (begin > 0) blocks.push(rest.slice(0, begin - 1));
    rest = rest.slice(read);
    read = 0;
  }
  return {
    turn: stream.turn,
    blocks: blocks.length > 0 ? [...stream.blocks, ...blocks] : stream.blocks,
    rest,
    read,
    fence,
  };
}
