import type { ComponentChildren } from 'preact';
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Item } from '../view/items.ts';
import type { View } from '../view/view.ts';
import { AskedCard } from './asked.tsx';
import { RunEnd } from './end.tsx';
import { Findings } from './findings.tsx';
import { Icon } from './icon.tsx';
import { Markdown } from './markdown.tsx';
import { Notice } from './notice.tsx';
import { PlanCard } from './plan.tsx';
import { StepCard } from './progress.tsx';
import { Since } from './since.tsx';
import { Tool } from './tool.tsx';

/** Nearer to the end than this (px) counts as being at the end. */
const near = 40;

/** So much (px) of what is above a question stays in view with it. */
const above = 8;

/**
 * The run from its first message to now, and below it what can be done with it. It follows what is new only while the
 * person is at the end; a question that is taller than the view is followed to its beginning.
 */
export function Transcript({ view, children }: { view: View; children?: ComponentChildren }) {
  const box = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const atEnd = useRef(true);
  /** The question that was open when this was drawn last. */
  const known = useRef<string | null>(null);
  const [away, setAway] = useState<Away>('no');
  /** How high (px) the answers stand that stay in sight. */
  const [lifted, setLifted] = useState(0);

  const moved = useCallback(() => {
    const here = box.current;
    if (!here) return;
    follows.current = here.scrollTop > placeToBe(here) - near;
    atEnd.current = here.scrollTop > endOf(here) - near;
    setAway(atEnd.current ? 'no' : follows.current ? 'below' : 'behind');
    setLifted(here.querySelector<HTMLElement>('[data-question] > .buttons')?.offsetHeight ?? 0);
  }, []);
  const follow = useCallback(() => {
    const here = box.current;
    if (!here) return;
    const question = here.querySelector<HTMLElement>('[data-question]')?.dataset['question'] ?? null;
    const comes = question !== null && question !== known.current;
    known.current = question;
    // Never back up: the person may have read on.
    if (follows.current)
      here.scrollTop = atEnd.current && !comes ? endOf(here) : Math.max(here.scrollTop, placeToBe(here));
    moved();
  }, [moved]);
  useLayoutEffect(follow);
  useLayoutEffect(() => {
    const here = box.current;
    if (!here) return;
    const observer = new ResizeObserver(follow);
    observer.observe(here);
    if (here.firstElementChild) observer.observe(here.firstElementChild);
    return () => observer.disconnect();
  }, [follow]);

  return (
    <div class="transcript-frame">
      <div class="transcript" ref={box} onScroll={moved} role="log" aria-label="Run" aria-live="off" tabIndex={0}>
        <div class="items">
          {view.items.pages.map((page, number) => (
            <Page key={number} items={page} scripted={view.scripted} />
          ))}
          {view.stream !== null && (
            <div class="item item-text streaming">
              {view.stream.blocks.map((block, number) => (
                <Markdown key={number} text={block} />
              ))}
              <Growing text={view.stream.rest} code={view.stream.fence !== null} />
            </div>
          )}
          {view.active && view.thinking && (
            <p class="item dim thinking">
              <Icon name="loading" spin /> Thinking…
            </p>
          )}
          {children}
        </div>
      </div>
      {away !== 'no' && (
        <button
          type="button"
          class="to-end"
          style={{ bottom: `${lifted + 8}px` }}
          onClick={() => {
            follows.current = true;
            atEnd.current = away === 'below';
            const here = box.current;
            if (here) here.scrollTop = away === 'behind' ? placeToBe(here) : endOf(here);
          }}
        >
          <Icon name="arrow-down" />{' '}
          {away === 'below' ? 'More below' : view.questions.length === 0 ? 'Latest' : 'Question waiting'}
        </button>
      )}
    </div>
  );
}

/** `below`: the beginning of an open question is in view and its end is not; `behind`: the person has scrolled back. */
type Away = 'no' | 'below' | 'behind';

function endOf(here: HTMLElement): number {
  return here.scrollHeight - here.clientHeight;
}

/** Where the person has all of what is newest before them, or else its beginning. */
function placeToBe(here: HTMLElement): number {
  const card = here.querySelector('[data-question]');
  if (card === null) return endOf(here);
  const top = card.getBoundingClientRect().top - here.getBoundingClientRect().top + here.scrollTop;
  return Math.min(endOf(here), top - above);
}

/** Text that still grows: Markdown while that is cheap, else as it is. */
function Growing({ text, code }: { text: string; code: boolean }) {
  if (text.trim() === '') return null;
  return code || text.length > 4000 ? <pre class="growing">{text}</pre> : <Markdown text={text} />;
}

/** A page draws again only when one of its own items changed. */
function Page({ items, scripted }: { items: readonly Item[]; scripted: boolean }) {
  return useMemo(
    () => (
      <div class="page">
        {items.map(item => (
          <div key={item.key} id={`item-${item.key}`} class={`item item-${item.type}`}>
            <Content item={item} scripted={scripted} />
          </div>
        ))}
      </div>
    ),
    [items, scripted],
  );
}

function Content({ item, scripted }: { item: Item; scripted: boolean }) {
  switch (item.type) {
    case 'said':
      return <p>{item.text}</p>;
    case 'text':
      return <Markdown text={item.text} />;
    case 'tool':
      return <Tool item={item} />;
    case 'notice':
      return <Notice item={item} />;
    case 'plan':
      return <PlanCard item={item} />;
    case 'asked':
      return <AskedCard item={item} />;
    case 'step':
      return <StepCard report={item.report} />;
    case 'findings':
      return <Findings item={item} />;
    case 'since':
      return <Since item={item} />;
    case 'end':
      return <RunEnd item={item} scripted={scripted} />;
  }
}
