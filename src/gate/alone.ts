import type { Assessment } from '../protocol/assessment.ts';

/**
 * Programs that speak to a container engine, which no sandbox of ours lets through. None of them runs code of the
 * workspace on this machine itself, as vagrant does.
 */
const engines = new Set(
  'docker podman nerdctl docker-compose podman-compose buildah skopeo crane ctr crictl virsh kind minikube k3d'.split(
    ' ',
  ),
);

/** Whether a program for containers is among the parts. */
export function hasContainers({ parts }: Assessment): boolean {
  return parts.some(part => engines.has(part.program));
}

/**
 * Commands that start nothing: they show, say, or make and move what their words name, which the classifier has read. They
 * may stand beside a command of git.
 */
const plain = new Set(
  'echo printf cat cd pwd true false : test [ ls head tail wc sleep exit date mkdir touch cp mv rm rmdir'.split(' '),
);

/**
 * Whether a command is programs for containers and nothing else, so that it may run outside the sandbox: each is called
 * by its bare name, in sequence. The text itself is compared as well, since the shell that runs it is outside, too.
 */
export function onlyContainers(command: string, { parts, understood }: Assessment): boolean {
  if (!understood || parts.length === 0) return false;
  if (!parts.every(part => part.from === null && engines.has(part.program))) return false;
  const steps = command.trim().split(/&&|\|\||;|\n/);
  if (steps.at(-1) === '') steps.pop();
  return (
    steps.length === parts.length &&
    steps.every(step => engines.has(step.trim().split(/\s/)[0] ?? '') && !evaluates.test(step))
  );
}

/** Pipes, redirections, and expansions that run something. */
const evaluates = /[|&<>`]|\$\(|\$\{[^}]*@/;

export type GitShare = 'none' | 'all' | 'some';

/** How much of what a command may change is git's: `all` where every other program starts nothing. */
export function gitShare({ parts, understood }: Assessment): GitShare {
  if (!parts.some(part => part.program === 'git')) return 'none';
  const rest = parts.filter(part => part.program !== 'git');
  return understood && rest.every(part => plain.has(part.program)) ? 'all' : 'some';
}
