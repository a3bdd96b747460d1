import type { ChildNode, Document, Element, ParentNode } from 'domhandler';
import { DomUtils } from 'htmlparser2';

/** What a reader of the page does not see, or sees as no text. */
const unseen = new Set(
  'script style template noscript title iframe object embed applet frame frameset svg math canvas audio video map datalist link meta base param source track img picture input'.split(
    ' ',
  ),
);
/** Nested deeper than this nothing is kept, so that no page can exhaust the stack. */
const maxDepth = 200;

/** Takes out of a page all that a reader would not see: comments, and elements that are hidden by what they say themselves. */
export function removeHidden(document: Document): { left: number } {
  let left = 0;
  const open: { parent: ParentNode; depth: number; backed: boolean }[] = [
    { parent: document, depth: 0, backed: false },
  ];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { parent, depth, backed } = next;
    const kept: ChildNode[] = [];
    for (const child of parent.children) {
      if (DomUtils.isText(child)) kept.push(child);
      else if (DomUtils.isTag(child)) {
        const style = styleOf(child);
        const hides = isHidden(child, style, backed);
        if (hides || depth >= maxDepth) left += 1;
        else if (!unseen.has(child.name)) {
          kept.push(child);
          open.push({ parent: child, depth: depth + 1, backed: backed || hasBackground(child, style) });
        }
      }
    }
    relink(parent, kept);
  }
  return { left };
}

function relink(parent: ParentNode, children: ChildNode[]): void {
  parent.children = children;
  for (const [i, child] of children.entries()) {
    child.prev = children[i - 1] ?? null;
    child.next = children[i + 1] ?? null;
  }
}

type Style = ReadonlyMap<string, string>;

function styleOf({ attribs }: Element): Style {
  const text = (attribs['style'] ?? '').replaceAll(/\/\*.*?\*\//gs, '').toLowerCase();
  return new Map(
    text.split(';').flatMap(each => {
      const at = each.indexOf(':');
      const value = each.slice(at + 1).replace(/!\s*important/, '');
      return at < 0 ? [] : [[each.slice(0, at).trim(), value.replaceAll(/\s+/g, ' ').trim()] as const];
    }),
  );
}

function isHidden({ name, attribs }: Element, style: Style, backed: boolean): boolean {
  if ('hidden' in attribs || attribs['aria-hidden']?.toLowerCase() === 'true') return true;
  if (name === 'dialog' && !('open' in attribs)) return true;
  const is = (property: string, pattern: RegExp): boolean => pattern.test(style.get(property) ?? '');
  return (
    is('display', /^none/) ||
    is('visibility', /^(hidden|collapse)/) ||
    is('content-visibility', /^hidden/) ||
    is('opacity', /^(0|0?\.0\d*|0%)$/) ||
    is('font-size', /^(0|[01](\.\d+)?(px|pt)|0?\.\d+(px|pt|em|rem))/) ||
    is('clip', /^rect\((0|1px)[ ,]/) ||
    is('clip-path', /^(inset\((50|100)%|circle\(0)/) ||
    is('transform', /scale\(0/) ||
    is('text-indent', /^-\d{3,}/) ||
    ['left', 'top', 'right', 'bottom', 'margin-left', 'margin-top'].some(side => is(side, /^-\d{3,}/)) ||
    (is('overflow', /hidden|clip/) &&
      ['height', 'width', 'max-height', 'max-width'].some(side => is(side, /^[01](px)?$/))) ||
    isUnreadable(style, attribs, backed)
  );
}

/** In the colour of what lies behind it: white, where nothing says that there is anything but a page behind. */
function isUnreadable(style: Style, attribs: Element['attribs'], backed: boolean): boolean {
  const colour = style.get('color') ?? attribs['color']?.toLowerCase() ?? '';
  const behind = style.get('background-color') ?? style.get('background') ?? attribs['bgcolor']?.toLowerCase();
  if (/^transparent|^#([0-9a-f]{3}0|[0-9a-f]{6}00)$|[,/] ?0(\.0*)?%?\)$/.test(colour)) return true;
  if (behind !== undefined) return colour !== '' && colour === behind;
  return !backed && /^(white|#fff|#ffffff|rgb\(255, ?255, ?255\))$/.test(colour);
}

function hasBackground({ attribs }: Element, style: Style): boolean {
  return (
    style.has('background') || style.has('background-color') || style.has('background-image') || 'bgcolor' in attribs
  );
}
