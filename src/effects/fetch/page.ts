import { convert, type HtmlToTextOptions } from 'html-to-text';
import { DomUtils, parseDocument } from 'htmlparser2';
import { removeHidden } from './hidden.ts';

/** Longer pages are read up to here, in characters of HTML. */
const maxHtml = 4_000_000;

export interface Page {
  title: string;
  text: string;
  /** How many hidden parts were left out. */
  hidden: number;
  /** Something of it was not looked at. */
  cut: boolean;
}

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'];

/** What a reader sees of a page, as plain text with its links, lists and tables. */
export function readPage(html: string, base: URL): Page {
  const document = parseDocument(html.slice(0, maxHtml));
  const [title] = DomUtils.getElementsByTagName('title', document, true, 1);
  const { left } = removeHidden(document);
  const text = convert(DomUtils.getOuterHTML(document.children), optionsFor(base));
  return {
    title: title === undefined ? '' : DomUtils.textContent(title).replaceAll(/\s+/g, ' ').trim().slice(0, 300),
    text: text.replaceAll(/\n{3,}/g, '\n\n').trim(),
    hidden: left,
    cut: html.length > maxHtml,
  };
}

function optionsFor(base: URL): HtmlToTextOptions {
  return {
    wordwrap: false,
    // A zero-width space is none: it stays within its word, and is seen as what it is.
    whitespaceCharacters: ' \t\r\n\f',
    limits: { maxInputLength: 2 * maxHtml },
    selectors: [
      ...headings.map(selector => ({ selector, options: { uppercase: false } })),
      { selector: 'table', format: 'dataTable', options: { uppercaseHeaderCells: false } },
      {
        selector: 'a',
        options: {
          pathRewrite: (href: string) => absolute(href, base),
          ignoreHref: false,
          noAnchorUrl: true,
          hideLinkHrefIfSameAsText: true,
        },
      },
    ],
  };
}

/** Where a link leads, if that is a page; of anything else nothing is told. */
function absolute(href: string, base: URL): string {
  const url = URL.canParse(href, base.href) ? new URL(href, base) : null;
  return url !== null && /^(https?|mailto):$/.test(url.protocol) ? url.href : '';
}
