import type { Account } from '../account.ts'
import type { Json } from '../complete.ts'
import type { Commit } from '../git.ts'
import { type Answer, notFound, Refusal } from '../http.ts'
import type { Repository } from '../repository.ts'
import { timestamp, type View } from '../view.ts'
import { type Call, repositoryOf } from './call.ts'
import { pageOf } from './pages.ts'

/** How many commits a comparison has when no page is asked for. */
const mostCompared = 250

/** Annotated tags lead to their commit. */
export function getCommit(call: Call): Answer {
  const repository = repositoryOf(call)
  const ref = call.parameters['ref'] ?? ''
  const commit = repository.git.resolve(ref)
  if (commit === undefined) throw new Refusal(422, `No commit found for SHA: ${ref}`)
  return { status: 200, body: commitShape(call.view, repository, commit) }
}

/** Here an annotated tag is an object of its own. */
export function getRef(call: Call): Answer {
  const repository = repositoryOf(call)
  const ref = repository.git.ref(`refs/${call.parameters['ref']}`)
  if (ref === undefined) throw notFound()
  const url = `${call.view.repositoryUrl(repository)}/git`
  const object = ref.tagSha === undefined ? { sha: ref.sha, type: 'commit' } : { sha: ref.tagSha, type: 'tag' }
  const target = { ...object, url: `${url}/${object.type}s/${object.sha}` }
  const name = { ref: ref.name, node_id: `REF_${ref.name}`, url: `${url}/${ref.name}` }
  return { status: 200, body: { ...name, object: target } }
}

export function compareCommits(call: Call): Answer {
  const repository = repositoryOf(call)
  const [base, head] = (call.parameters['basehead'] ?? '').split('...').map((name) => repository.git.resolve(name))
  if (base === undefined || head === undefined) throw notFound()
  const behind = without(repository, base, head)
  const ahead = without(repository, head, base)
  const page = pageOf(call, ahead, call.query.has('page') ? undefined : mostCompared)
  const url = `${call.view.repositoryUrl(repository)}/compare/${call.parameters['basehead']}`
  const shape = (commit: Commit) => commitShape(call.view, repository, commit)
  const body = call.view.complete('commit-comparison', {
    url,
    base_commit: shape(base),
    merge_base_commit: shape(mergeBase(repository, base, head)),
    status: statusOf(ahead.length, behind.length),
    ahead_by: ahead.length,
    behind_by: behind.length,
    total_commits: ahead.length,
    commits: page.items.map(shape),
    files: [],
  })
  return { status: 200, body, headers: page.headers }
}

/** The commits that one has and the other has not, oldest first. */
function without({ git }: Repository, one: Commit, other: Commit): Commit[] {
  const known = new Set(git.history(other.sha))
  return git
    .history(one.sha)
    .filter((commit) => !known.has(commit))
    .reverse()
}

function mergeBase({ git }: Repository, base: Commit, head: Commit): Commit {
  const known = new Set(git.history(base.sha))
  const common = git.history(head.sha).find((commit) => known.has(commit))
  if (common === undefined) throw notFound()
  return common
}

function statusOf(ahead: number, behind: number): string {
  if (ahead === 0 && behind === 0) return 'identical'
  if (behind === 0) return 'ahead'
  return ahead === 0 ? 'behind' : 'diverged'
}

function commitShape(view: View, repository: Repository, commit: Commit): Json {
  const url = `${view.repositoryUrl(repository)}/commits/${commit.sha}`
  const link = (sha: string) => `${view.repositoryUrl(repository)}/commits/${sha}`
  return view.complete('commit', {
    url,
    sha: commit.sha,
    node_id: `C_${commit.sha}`,
    html_url: `${view.web}/${repository.fullName}/commit/${commit.sha}`,
    commit: {
      url: url.replace('/commits/', '/git/commits/'),
      author: signature(commit.author, commit.date),
      committer: signature(commit.committer, commit.date),
      message: commit.message,
      comment_count: 0,
      tree: { sha: commit.sha, url: `${view.repositoryUrl(repository)}/git/trees/${commit.sha}` },
    },
    author: commit.author === null ? null : view.user(commit.author),
    committer: commit.committer === null ? null : view.user(commit.committer),
    parents: commit.parents.map((sha) => ({ sha, url: link(sha), html_url: link(sha) })),
  })
}

/** What anybody can write into a commit; only the account beside it is known to GitHub. */
function signature(account: Account | null, date: Date): Json {
  const name = account?.login ?? 'Somebody'
  return { name, email: `${name}@example.com`, date: timestamp(date) }
}
