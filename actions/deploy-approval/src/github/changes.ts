import * as v from 'valibot'
import { Stop } from '../stop.ts'
import type { Client } from './client.ts'
import { repositoryOf } from './repository.ts'
import { account } from './shapes.ts'

/** A commit with the accounts behind it, as far as GitHub knows them. */
export interface ChangeCommit {
  readonly sha: string
  readonly message: string
  /** The name in the commit, which anybody can write. */
  readonly authorName: string
  readonly author: { readonly id: number; readonly login: string } | undefined
  readonly committer: { readonly id: number; readonly login: string } | undefined
}

// A commit whose author has no account has an empty object here, or null.
const person = v.nullish(v.union([account, v.object({})]))
const schema = v.object({
  total_commits: v.number(),
  commits: v.array(
    v.object({
      sha: v.string(),
      commit: v.object({ message: v.string(), author: v.nullish(v.object({ name: v.optional(v.string(), '') })) }),
      author: person,
      committer: person,
    }),
  ),
})

const mostPages = 100

/** The commits that `sha` has and `base` has not, the oldest first. @throws Stop */
export async function readChanges(
  client: Client,
  { repository, base, sha }: { repository: string; base: string; sha: string },
): Promise<ChangeCommit[]> {
  const commits: v.InferOutput<typeof schema>['commits'] = []
  const parameters = { ...repositoryOf(repository), basehead: `${base}...${sha}`, per_page: 100 }
  for (let page = 1; page <= mostPages; page += 1) {
    const route = 'GET /repos/{owner}/{repo}/compare/{basehead}'
    const { data } = await client.send(route, { ...parameters, page }, schema).catch(explainUnknown(base, sha))
    commits.push(...data.commits)
    if (commits.length >= data.total_commits) return commits.map(commitOf)
    if (data.commits.length === 0) break
  }
  throw new Stop(
    'api-error',
    `GitHub does not list all commits between ${base} and ${sha} (${commits.length} of them).`,
  )
}

/** A typing error, a commit that was pushed over, or one of another repository. */
function explainUnknown(base: string, sha: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Stop) || error.status !== 404) throw error
    throw new Stop('invalid-input', `GitHub cannot compare base-sha ${base} with ${sha}: it does not know both.`, {
      cause: error,
      nextStep: 'Set base-sha to the commit of this repository that is live now.',
    })
  }
}

function commitOf({ sha, commit, author, committer }: v.InferOutput<typeof schema>['commits'][number]): ChangeCommit {
  const known = (who: typeof author) => (who != null && 'id' in who ? { id: who.id, login: who.login } : undefined)
  return {
    sha,
    message: commit.message,
    authorName: commit.author?.name ?? '',
    author: known(author),
    committer: known(committer),
  }
}
