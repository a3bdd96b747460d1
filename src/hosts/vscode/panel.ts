import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { type HostMessage, PanelMessage } from '../../protocol/panel.ts';
import { viewId } from './names.ts';
import { page } from './page.ts';

export interface PanelDeps {
  extension: vscode.Uri;
  /** A message of the page that has been checked. */
  onMessage(message: PanelMessage): void;
  /** It came into view, or went out of it. */
  onVisibility(): void;
  /** A message that no version of our page sends. */
  onStranger(): void;
}

/** The webview view. The editor may drop its page whenever it is hidden; a new page says `ready` and is told all anew. */
export interface Panel extends vscode.Disposable {
  post(message: HostMessage): void;
  /** Shows the view, with the focus in it. What is posted meanwhile arrives once the page is ready. */
  reveal(): Promise<void>;
  visible(): boolean;
  /** A count on the icon of the activity bar; 0 takes it away. */
  badge(count: number): void;
}

export function createPanel(deps: PanelDeps): Panel {
  let view: vscode.WebviewView | null = null;
  let ready = false;
  let count = 0;
  /** Asked of a page that is not there yet: unlike the rest, a new page would not be told these anew. */
  let later: HostMessage[] = [];

  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- the editor's own, which has no origin
  const send = (message: HostMessage): void => void view?.webview.postMessage(message);

  function showBadge(): void {
    if (view === null) return;
    view.badge = count === 0 ? undefined : { value: count, tooltip: 'Gatehouse waits for your answer' };
  }

  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(resolved) {
      view = resolved;
      ready = false;
      const dist = vscode.Uri.joinPath(deps.extension, 'dist');
      resolved.webview.options = { enableScripts: true, localResourceRoots: [dist] };
      resolved.webview.onDidReceiveMessage((raw: unknown) => {
        const message = PanelMessage.safeParse(raw);
        if (!message.success) return deps.onStranger();
        // From here on it is told all; what is told in answer to this comes first.
        if (message.data.type === 'ready') ready = true;
        deps.onMessage(message.data);
        if (message.data.type !== 'ready') return;
        for (const waiting of later) send(waiting);
        later = [];
      });
      resolved.onDidChangeVisibility(() => {
        if (!resolved.visible) ready = false;
        deps.onVisibility();
      });
      resolved.onDidDispose(() => {
        if (view !== resolved) return;
        view = null;
        ready = false;
        deps.onVisibility();
      });
      resolved.webview.html = page({
        nonce: randomBytes(16).toString('base64url'),
        cspSource: resolved.webview.cspSource,
        address: file => resolved.webview.asWebviewUri(vscode.Uri.joinPath(dist, file)).toString(),
      });
      showBadge();
    },
  };
  const registered = vscode.window.registerWebviewViewProvider(viewId, provider);

  return {
    post(message) {
      if (ready || message.type === 'state' || message.type === 'replay') return send(message);
      if (message.type === 'compose' || message.type === 'showQuestion') later.push(message);
    },
    async reveal() {
      await vscode.commands.executeCommand(`${viewId}.focus`);
    },
    visible: () => view?.visible === true,
    badge(next) {
      count = next;
      showBadge();
    },
    dispose: () => registered.dispose(),
  };
}
