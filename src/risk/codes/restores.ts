/** Why taking files back to a checkpoint is more than low: one line for a developer. Words in braces come from the args. */
export const restoreCodes = {
  'restore.removes': 'Files that came after the checkpoint are deleted: {files}. A checkpoint can bring them back.',
  'restore.again': 'It brings back changes that were taken back before (checkpoint {checkpoint}).',
  'restore.overPerson': 'It goes over what you took back before (checkpoint {checkpoint}).',
  'restore.merges': 'Somebody else changed {path} since; their changes are merged and kept.',
  'restore.leaves':
    'Somebody else changed {path} in the same place since; what was changed so is left as it is ({files} in all).',
} as const;
