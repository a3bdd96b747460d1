/** What the name of a task promises, whatever its text seems to do. */
export const namedCodes = {
  'task.namedPublish': 'The task “{name}” says that it publishes.',
  'task.namedDeploy': 'The task “{name}” says that it changes what runs elsewhere.',
  'task.namedDestroy': 'The task “{name}” says that it deletes data or machines.',
  'task.unread': 'The task “{name}” was not found, so what it runs is not known.',
  'task.unknownDirectory': 'The project whose task runs is only known when it runs.',
} as const;

export type NamedCode = keyof typeof namedCodes;
