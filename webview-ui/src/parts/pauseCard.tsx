import { useEffect, useState } from 'preact/hooks';
import type { DenialsAnswer } from '../../../src/protocol/denials.ts';
import { useRun } from '../host.ts';
import { describe } from '../view/describe.ts';
import { itemOf, type Pause } from '../view/pause.ts';
import type { View } from '../view/view.ts';
import { Icon } from './icon.tsx';

/** A card that has just appeared under the pointer takes no click for this long (ms). */
const settling = 350;

const titles: { [W in Pause['why']]: string } = {
  row: 'Several actions in a row were refused',
  run: 'Many actions were refused since you were last heard',
};

/** The list of refusals that a run waits with: each can be let pass once, and the rest kept refused, with a sentence. */
export function PauseCard({ view, pause }: { view: View; pause: Pause }) {
  const run = useRun();
  const [ready, setReady] = useState(false);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [why, setWhy] = useState('');
  const [keep, setKeep] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setReady(true), settling);
    return () => clearTimeout(timer);
  }, []);

  const { question, nonce, rows } = pause;
  const [title, about] = [`pause-${question}`, `pause-${question}-about`];
  const open = ready && nonce !== null;
  const askable = rows.filter(row => row.askable).map(({ effect }) => effect);
  const left = rows.length - chosen.size;
  const sentence = why.trim();
  const answer = (allow: string[]): void => {
    const words: Omit<DenialsAnswer, 'allow'> = sentence === '' ? {} : { why: sentence, ...(keep ? { keep } : {}) };
    if (nonce !== null) run.answerDenials(question, nonce, { allow, ...words });
  };
  const choose = (effect: string, on: boolean): void => {
    const next = new Set(chosen);
    if (on) next.add(effect);
    else next.delete(effect);
    setChosen(next);
  };
  return (
    <section
      class="question pause"
      tabIndex={-1}
      data-question={question}
      aria-labelledby={title}
      aria-describedby={about}
    >
      <h3 id={title}>
        <Icon name="circle-slash" /> {titles[pause.why]}
      </h3>
      <p id={about}>The run waits. What you allow may pass once, if the agent tries it again exactly so.</p>
      <ul>
        {rows.map(row => (
          <Row
            key={row.effect}
            view={view}
            {...row}
            on={chosen.has(row.effect)}
            onChoose={on => choose(row.effect, on)}
          />
        ))}
      </ul>
      {left > 0 && (
        <>
          <textarea
            class="why"
            aria-label="What the agent is told about the rest"
            placeholder="Why not, or what to do instead; the agent is told this"
            value={why}
            onInput={event => setWhy(event.currentTarget.value)}
          />
          <label class="check">
            <input
              type="checkbox"
              checked={keep}
              disabled={sentence === ''}
              onChange={event => setKeep(event.currentTarget.checked)}
            />
            Keep this no for all my runs
          </label>
        </>
      )}
      <div class="buttons">
        <button type="button" class="primary" disabled={!open} onClick={() => answer([...chosen])}>
          {chosen.size === 0 ? 'Allow none' : `Allow ${chosen.size} once`}
        </button>
        {askable.length > chosen.size && (
          <button type="button" class="secondary" disabled={!open} onClick={() => answer(askable)}>
            Allow all once
          </button>
        )}
      </div>
    </section>
  );
}

interface RowProps {
  view: View;
  effect: string;
  askable: boolean;
  on: boolean;
  onChoose: (on: boolean) => void;
}

function Row({ view, effect, askable, on, onChoose }: RowProps) {
  const item = itemOf(view, effect);
  if (item === null) return null;
  const { verb, subject, code } = describe(item, view.workspace);
  const [because] = item.reasons;
  return (
    <li>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          disabled={!askable}
          onChange={event => onChoose(event.currentTarget.checked)}
        />
        <span>
          {verb} {code ? <code title={subject}>{subject}</code> : subject}
          {item.tier !== null && <span class={`tier ${item.tier}`}>{item.tier}</span>}
        </span>
      </label>
      {because !== undefined && <p class="dim">{because}</p>}
      {!askable && <p class="dim">It stays refused: a rule, or a limit that no answer lifts.</p>}
    </li>
  );
}
