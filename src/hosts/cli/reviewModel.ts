/** The model that reviews, from what the person typed or from this process's environment; nothing where neither says. */
export function reviewModelFrom(env: NodeJS.ProcessEnv, typed: string | undefined): { reviewModel?: string } {
  const model = typed ?? env['GATEHOUSE_REVIEW_MODEL']?.trim();
  return model === undefined || model === '' ? {} : { reviewModel: model };
}
