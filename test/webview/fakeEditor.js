// Runs in the page before anything else and stands in for the editor: `colours` was set by the test.
const posted = [];
const violations = [];
const saved = { state: undefined };
Object.assign(globalThis, {
  posted,
  violations,
  saved,
  acquireVsCodeApi: () => ({
    postMessage: message => posted.push(structuredClone(message)),
    // As in the editor, it outlasts the page where that is loaded anew, and no other does.
    getState: () => history.state ?? undefined,
    setState: state => {
      saved.state = state;
      history.replaceState(state, '');
    },
  }),
  /** Delivers messages and resolves when the panel, which draws once a frame, has drawn them. */
  async deliver(messages) {
    for (const message of messages) globalThis.postMessage(message, '*');
    for (let frame = 0; frame < 2; frame++) await new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  },
});
addEventListener('securitypolicyviolation', event => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
addEventListener('DOMContentLoaded', () => {
  const { style } = document.documentElement;
  const fonts = {
    '--vscode-font-family': 'system-ui, sans-serif',
    '--vscode-font-size': '13px',
    '--vscode-editor-font-family': 'monospace',
    '--vscode-editor-font-size': '12px',
    background: 'var(--vscode-sideBar-background)',
  };
  for (const [name, value] of Object.entries({ ...globalThis.colours, ...fonts })) style.setProperty(name, value);
});
