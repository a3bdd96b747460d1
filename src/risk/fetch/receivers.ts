/** Services that take whatever is sent and show it to whoever has the address; the same that edits are looked at for. */
export const receivers =
  /\b(?:webhook\.site|requestbin|pipedream\.net|ngrok(?:-free)?\.(?:io|app|dev)|burpcollaborator|oast\.(?:fun|pro|live|site|me)|interact\.sh|pastebin\.com|transfer\.sh|discord(?:app)?\.com\/api\/webhooks|api\.telegram\.org\/bot|hooks\.slack\.com\/services|trycloudflare\.com|serveo\.net)/i;

export function receivesStolenData(url: URL): boolean {
  return receivers.test(`${url.hostname}${url.pathname}`);
}
