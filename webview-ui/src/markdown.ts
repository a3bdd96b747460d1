import MarkdownIt from 'markdown-it';

/** Markdown → HTML without raw HTML, images or inline styles. Links keep their address for the host to judge. */
export type Renderer = (text: string) => string;

export function createRenderer(): Renderer {
  const md = new MarkdownIt({ html: false, linkify: true, breaks: false }).disable('image');
  md.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  md.core.ruler.push('tidy', state => {
    for (const token of state.tokens) {
      const align = /text-align:(\w+)/.exec(String(token.attrGet('style') ?? ''))?.[1];
      if (align !== undefined) {
        token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
        token.attrJoin('class', `align-${align}`);
      }
      for (const child of token.children ?? [])
        if (child.type === 'link_open') child.attrSet('title', String(child.attrGet('href') ?? ''));
    }
  });
  const { escapeHtml } = md.utils;
  const block = (code: string, language: string): string =>
    `<div class="fence"><div class="fence-head"><span>${escapeHtml(language)}</span><button type="button" class="icon" data-copy title="Copy" aria-label="Copy this code"><span class="codicon codicon-copy" aria-hidden="true"></span></button></div><pre tabindex="0"><code>${escapeHtml(code)}</code></pre></div>\n`;
  md.renderer.rules['fence'] = (tokens, at) => {
    const token = tokens[at];
    return token === undefined ? '' : block(token.content, token.info.trim().split(/\s+/)[0] ?? '');
  };
  md.renderer.rules['code_block'] = (tokens, at) => block(tokens[at]?.content ?? '', '');
  return text => md.render(text);
}
