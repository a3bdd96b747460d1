/** What the name of a task promises, whatever its text seems to do. */
export const namedCodes = {
  'task.namedPublish': 'The task “{name}” says that it publishes.',
  'task.namedDeploy': 'The task “{name}” says that it changes what runs elsewhere.',
  'task.namedDestroy': 'The task “{name}” says that it deletes data or machines.',
} as const;

export type NamedCode = keyof typeof namedCodes;
