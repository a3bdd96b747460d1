/** Where the page's parts come from: the origin that a content security policy names, and the address of each file. */
export interface PageSource {
  nonce: string;
  cspSource: string;
  address: (file: string) => string;
}

/** The panel's document. It loads our own bundle and nothing else: no network, no inline script or style, no images. */
export function page({ nonce, cspSource, address }: PageSource): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <link rel="stylesheet" href="${address('codicon.css')}" />
    <link rel="stylesheet" href="${address('webview.css')}" />
    <title>Gatehouse</title>
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${address('webview.js')}"></script>
  </body>
</html>`;
}
