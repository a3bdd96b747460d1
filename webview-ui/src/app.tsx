import { useMemo } from 'preact/hooks';
import type { Mode } from '../../src/protocol/command.ts';
import type { PanelMessage, PanelState, ShownDenied, ShownDoubt } from '../../src/protocol/panel.ts';
import { RunContext, type RunHost } from './host.ts';
import { Announcer } from './parts/announcer.tsx';
import { AutoPage } from './parts/autoPage.tsx';
import { Composer } from './parts/composer.tsx';
import { RecentlyDenied } from './parts/denied.tsx';
import { DoubtCard } from './parts/doubt.tsx';
import { Empty } from './parts/empty.tsx';
import { GoOn, RunActions } from './parts/goOn.tsx';
import { Grants } from './parts/grants.tsx';
import { Icon } from './parts/icon.tsx';
import { Meters } from './parts/meters.tsx';
import { ObstacleCard, obstacleTitle } from './parts/obstacle.tsx';
import { PauseCard } from './parts/pauseCard.tsx';
import { Processes } from './parts/processes.tsx';
import { Progress } from './parts/progress.tsx';
import { RunPicker } from './parts/runs.tsx';
import { Tasks } from './parts/tasks.tsx';
import { Transcript } from './parts/transcript.tsx';
import type { View } from './view/view.ts';

export interface AppProps {
  state: PanelState;
  view: View;
  doubts: readonly ShownDoubt[];
  denied: readonly ShownDenied[];
  draft: string;
  /** A task that was sent, until a run begins with it or the text comes back; null for none. */
  sent: string | null;
  focus: number;
  problem: string | null;
  post: (message: PanelMessage) => void;
  onDraft: (text: string) => void;
  /** To be called once the text has been sent as a task. */
  onStart: (text: string) => void;
}

export function App({ state, view, doubts, denied, draft, sent, focus, problem, post, onDraft, onStart }: AppProps) {
  const { run, workspace } = view;
  const host = useMemo<RunHost>(
    () => ({
      workspace,
      post,
      openFile: (path, line) => {
        if (run !== null) post({ type: 'openFile', run, path, ...(line === undefined ? {} : { line }) });
      },
      answer: (question, nonce, answer) =>
        post({ type: 'command', run, command: { type: 'answer', question, nonce, answer } }),
      answerPlan: (question, nonce, answer) =>
        post({ type: 'command', run, command: { type: 'answerPlan', question, nonce, answer } }),
      answerAsked: (question, nonce, text) =>
        post({ type: 'command', run, command: { type: 'answerAsked', question, nonce, text } }),
      showChange: question => {
        if (run !== null) post({ type: 'showChange', run, question });
      },
      waive: (finding, reason) =>
        post({ type: 'command', run, command: { type: 'waive', finding, reason, surface: 'panel' } }),
      answerDenials: (question, nonce, answer) =>
        post({ type: 'command', run, command: { type: 'answerDenials', question, nonce, answer } }),
      allowDenied: effect => post({ type: 'command', run, command: { type: 'allowDenied', effect } }),
      checkRule: (question, text) => {
        if (run !== null) post({ type: 'checkRule', run, question, text });
      },
      endProcess: process => post({ type: 'command', run, command: { type: 'endProcess', process } }),
    }),
    [run, workspace, post],
  );
  const mode = view.active ? modeOf(view.mode) : state.mode;
  const obstacle = view.active ? null : state.obstacle;
  const scripted = run === null ? state.endpoint.type === 'rehearsal' : view.scripted;

  function send(): void {
    const text = draft.trim();
    if (view.active) {
      post({ type: 'command', run, command: { type: 'say', text } });
      onDraft('');
    } else {
      const { isolate, planFirst: plan } = state;
      post({ type: 'command', run: null, command: { type: 'start', prompt: text, mode, isolate, plan } });
      onStart(text);
    }
  }

  return (
    <RunContext.Provider value={host}>
      <main class="panel">
        <RunPicker
          runs={state.runs}
          past={state.past}
          shown={state.shown}
          onPick={picked => post({ type: 'show', run: picked })}
        />
        {scripted && (
          <p class="banner">
            <Icon name="debug-alt-small" />
            <span>
              <strong>Rehearsal:</strong> a script plays the model; no AI
            </span>
          </p>
        )}
        {state.autoPage !== null ? (
          <div class="transcript">
            <AutoPage key={state.autoPage} page={state.autoPage} />
          </div>
        ) : run === null ? (
          <div class="transcript">
            {obstacle !== null && <ObstacleCard obstacle={obstacle} state={state} />}
            {obstacle === null && state.resumable !== null && <GoOn entry={state.resumable} post={post} />}
            {obstacle === null && (
              <Empty
                estimate={state.estimate?.sentence ?? null}
                sample={state.sample}
                examples={state.examples}
                onExample={onDraft}
              >
                {hint => <Tasks tasks={state.tasks} draft={draft} post={post} hint={hint} />}
              </Empty>
            )}
          </div>
        ) : (
          <>
            <Transcript key={run} view={view}>
              {view.pause !== null && <PauseCard key={view.pause.question} view={view} pause={view.pause} />}
              {doubts.map(doubt => (
                <DoubtCard key={doubt.nonce} run={run} doubt={doubt} />
              ))}
              {!view.active && (
                <RunActions
                  run={run}
                  actions={state.actions}
                  state={state.runs.find(each => each.run === run)?.state}
                  post={post}
                />
              )}
            </Transcript>
            {obstacle !== null && <ObstacleCard obstacle={obstacle} state={state} />}
          </>
        )}
        {sent !== null && (
          <p class="notice sent" role="status">
            <Icon name="loading" spin /> <span>Starting: {sent}</span>
          </p>
        )}
        {problem !== null && (
          <p class="notice error problem" role="alert">
            <Icon name="error" /> <span>{problem}</span>
          </p>
        )}
        {run !== null && view.active && <Progress work={view.work} />}
        {view.active && <RecentlyDenied items={denied} />}
        {view.active && <Processes processes={view.processes} />}
        {view.active && run !== null && <Meters view={view} run={run} post={post} />}
        <Grants grants={[...(view.active ? view.grants.all : []), ...state.grants]} run={view.active ? run : null} />
        <Composer
          draft={draft}
          mode={mode}
          isolate={view.active ? (view.isolated ? 'worktree' : 'none') : state.isolate}
          model={scripted ? 'scripted' : view.active ? view.model : state.model}
          active={view.active}
          blocked={obstacle === null ? null : obstacleTitle(obstacle)}
          focus={focus}
          onDraft={onDraft}
          held={view.active && view.capped}
          onMode={chosen => post({ type: 'mode', mode: chosen })}
          planFirst={state.planFirst}
          onPlanFirst={planFirst => post({ type: 'planFirst', planFirst })}
          onIsolate={isolate => post({ type: 'isolate', isolate })}
          onSend={send}
          onStop={() => post({ type: 'command', run, command: { type: 'stop' } })}
        />
        <Announcer view={view} doubts={doubts} />
      </main>
    </RunContext.Provider>
  );
}

function modeOf(mode: string): Mode {
  return mode === 'plan' || mode === 'auto' ? mode : 'ask';
}
