import { useEffect, useState } from 'preact/hooks';
import type { PanelMessage } from '../../../src/protocol/panel.ts';
import { processorTime } from '../view/describe.ts';
import { figuresOf, type Meter, metersOf, nounOf, shareOf } from '../view/limits.ts';
import type { View } from '../view/view.ts';
import { Icon } from './icon.tsx';

interface Props {
  view: View;
  run: string;
  post: (message: PanelMessage) => void;
}

/** How much of each limit is used, the nearest to its end in sight, and a way to raise it. */
export function Meters({ view, run, post }: Props) {
  const minutes = useMinutes(view.startedAt);
  const meters = metersOf(view.limited, view.totals, minutes);
  const [first] = meters;
  const { reached } = view.limited;
  // It has no limit, so it is a figure and no meter.
  const processor = processorTime(view.totals.cpuMs);
  if (first === undefined) return null;
  const raise = (meter: Meter, to: number): void =>
    post({ type: 'command', run, command: { type: 'raiseLimit', limit: meter.limit, to } });
  const stopped = meters.find(({ limit }) => limit === reached?.limit);
  if (stopped !== undefined)
    return (
      <section class="meters reached" role="alert" aria-label="A limit is reached">
        <p>
          <Icon name="warning" /> A limit is reached: {figuresOf(stopped)}. The run waits.
        </p>
        <Gauge meter={stopped} />
        <Raise key={stopped.limit} meter={stopped} label="Raise and go on" onRaise={to => raise(stopped, to)}>
          <button
            type="button"
            class="secondary"
            onClick={() => post({ type: 'command', run, command: { type: 'stop' } })}
          >
            End the run
          </button>
        </Raise>
      </section>
    );
  return (
    <details class="meters" aria-label="Limits">
      <summary>
        <Gauge meter={first} />
        <span class="figures">{figuresOf(first)}</span>
      </summary>
      <ul>
        {meters.map(meter => (
          <li key={meter.limit}>
            <Gauge meter={meter} />
            <span class="figures">{figuresOf(meter)}</span>
            <Raise key={meter.allowed} meter={meter} label="Raise" onRaise={to => raise(meter, to)} />
          </li>
        ))}
        {processor !== '' && (
          <li>
            <span />
            <span class="figures">{processor}</span>
          </li>
        )}
      </ul>
    </details>
  );
}

/** A bar with marks where the person is warned. */
function Gauge({ meter }: { meter: Meter }) {
  const percent = Math.floor(shareOf(meter) * 100);
  const level = percent >= 90 ? 'high' : percent >= 75 ? 'raised' : 'calm';
  return (
    <span
      class={`gauge ${level}`}
      role="meter"
      aria-label={nounOf(meter.limit)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={figuresOf(meter)}
      title={`${percent} %`}
    >
      <span class="fill" style={{ width: `${percent}%` }} />
      <span class="mark" style={{ left: '75%' }} />
      <span class="mark" style={{ left: '90%' }} />
    </span>
  );
}

function Raise({
  meter,
  label,
  onRaise,
  children,
}: {
  meter: Meter;
  label: string;
  onRaise: (to: number) => void;
  children?: preact.ComponentChildren;
}) {
  const [text, setText] = useState(String(meter.allowed * 2));
  const to = Number(text);
  const fits = Number.isFinite(to) && to > meter.allowed;
  return (
    <form
      class="raise"
      onSubmit={event => {
        event.preventDefault();
        if (fits) onRaise(to);
      }}
    >
      <input
        inputMode="decimal"
        aria-label={`New limit: ${nounOf(meter.limit)}`}
        aria-invalid={!fits}
        value={text}
        onInput={event => setText(event.currentTarget.value)}
      />
      <button type="submit" class={children === undefined ? 'secondary' : 'primary'} disabled={!fits}>
        {label}
      </button>
      {children}
    </form>
  );
}

function useMinutes(startedAt: number): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 5_000);
    return () => clearInterval(timer);
  }, []);
  return Math.max(0, now - startedAt) / 60_000;
}
