import { useEffect, useState } from 'preact/hooks';
import type { NoticeItem } from '../view/items.ts';
import { ActionButton } from './actions.tsx';
import { Evidence } from './evidence.tsx';
import { Icon } from './icon.tsx';

const icons = { info: 'info', warning: 'warning', error: 'error' } as const;

/** A fact between the messages: a retry, a limit, a failure, with the button that mends it where there is one. */
export function Notice({ item }: { item: NoticeItem }) {
  return (
    <div class={`notice ${item.level}`} role={item.level === 'error' ? 'alert' : undefined}>
      <Icon name={icons[item.level]} />
      <div>
        {item.sentences.map(sentence => (
          <p key={sentence}>{sentence}</p>
        ))}
        <Evidence links={item.links} />
        {item.until !== null && <Countdown until={item.until} />}
        {item.action !== null && <ActionButton action={item.action} />}
      </div>
    </div>
  );
}

function Countdown({ until }: { until: number }) {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  const left = Math.ceil((until - now) / 1000);
  return <p class="dim">{left > 0 ? `Next try in ${left} s` : 'Trying again now'}</p>;
}
