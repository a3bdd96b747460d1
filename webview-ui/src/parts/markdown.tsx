import { useMemo } from 'preact/hooks';
import { useRun } from '../host.ts';
import { createRenderer } from '../markdown.ts';

const render = createRenderer();

/** The model's text. Links and copy buttons go to the host; the page itself never navigates. */
export function Markdown({ text }: { text: string }) {
  const run = useRun();
  const html = useMemo(() => ({ __html: render(text) }), [text]);

  function clicked(event: MouseEvent): void {
    const target = event.target instanceof Element ? event.target : null;
    const link = target?.closest('a');
    if (link) {
      event.preventDefault();
      follow(link.getAttribute('href') ?? '');
      return;
    }
    const copy = target?.closest('[data-copy]');
    const code = copy?.closest('.fence')?.querySelector('code')?.textContent;
    if (code) run.post({ type: 'copy', text: code });
  }

  function follow(href: string): void {
    if (/^[a-z][a-z0-9+.-]*:/i.test(href)) run.post({ type: 'openLink', url: href });
    else {
      const [path = '', fragment = ''] = decode(href).split('#');
      const line = Number(/^L(\d+)/.exec(fragment)?.[1] ?? 0);
      if (path !== '') run.openFile(path, line > 0 ? line : undefined);
    }
  }

  return <div class="markdown" onClick={clicked} onAuxClick={clicked} dangerouslySetInnerHTML={html} />;
}

function decode(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
