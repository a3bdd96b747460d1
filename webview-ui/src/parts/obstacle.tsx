import type { Obstacle, PanelAction, PanelState } from '../../../src/protocol/panel.ts';
import { ActionButton } from './actions.tsx';
import { Icon } from './icon.tsx';

interface Words {
  title: string;
  text: (state: PanelState) => string;
  actions: readonly PanelAction[];
}

const obstacles: { [O in Obstacle]: Words } = {
  noFolder: {
    title: 'No folder is open',
    text: () => 'A run works inside one folder. Open the one that it is about.',
    actions: ['openFolder', 'openSample'],
  },
  untrusted: {
    title: 'This workspace is not trusted',
    text: () => 'A run executes code from the workspace, so none can start here until you trust it.',
    actions: ['manageTrust'],
  },
  noKey: {
    title: 'No API key',
    text: state =>
      `Runs need a model. Set the API key for ${origin(state)}, or point the setting “Base URL” at a local server that speaks the same API.`,
    actions: ['setApiKey', 'openSettings', 'openSample'],
  },
};

export function obstacleTitle(obstacle: Obstacle): string {
  return obstacles[obstacle].title;
}

/** What keeps a run from starting, and the ways to lift it. */
export function ObstacleCard({ obstacle, state }: { obstacle: Obstacle; state: PanelState }) {
  const { title, text, actions } = obstacles[obstacle];
  return (
    <section class="obstacle" aria-label={title}>
      <h3>
        <Icon name="warning" /> {title}
      </h3>
      <p>{text(state)}</p>
      <div class="buttons">
        {actions.map((action, number) => (
          <ActionButton key={action} action={action} kind={number === 0 ? 'primary' : 'secondary'} />
        ))}
      </div>
    </section>
  );
}

function origin(state: PanelState): string {
  return state.endpoint.type === 'api' ? state.endpoint.origin : 'the API';
}
