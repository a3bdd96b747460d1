import type { Mode } from '../../../src/protocol/command.ts';
import { Icon } from './icon.tsx';

/** Auto on or off, in one click. `held`: it is on, and this run asks all the same. */
export function AutoToggle({ mode, held, onMode }: { mode: Mode; held: boolean; onMode: (mode: Mode) => void }) {
  const on = mode === 'auto';
  const title = held
    ? 'Auto is on, but this run asks: its plan is not fit for Auto'
    : on
      ? 'Auto is on: it works by itself inside the workspace. Turn it off'
      : 'Turn Auto on: it works by itself inside the workspace';
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label="Auto"
      class={`toggle${on ? ' on' : ''}${held ? ' held' : ''}`}
      title={title}
      onClick={() => onMode(on ? 'ask' : 'auto')}
    >
      <Icon name={held ? 'shield' : 'zap'} /> Auto
    </button>
  );
}
