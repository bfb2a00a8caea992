/** A repository as a path of the API names it. */
export interface Repository {
  readonly owner: string
  readonly repo: string
}

/** Takes `owner/name` apart. */
export function repositoryOf(fullName: string): Repository {
  const [owner = '', repo = ''] = fullName.split('/')
  return { owner, repo }
}
