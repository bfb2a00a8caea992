import type { IssueComment } from '../comment.ts'
import { invalid, movedTo, notFound, Refusal } from '../http.ts'
import { Issue } from '../issue.ts'
import type { Repository } from '../repository.ts'
import { type Call, numberOf, repositoryOf } from './call.ts'

const longestTitle = 256
const longestBody = 65_536

/** The repository, if it has issues. */
export function issuesOf(call: Call): Repository {
  const repository = repositoryOf(call)
  if (!repository.hasIssues) throw new Refusal(410, 'Issues are disabled for this repo')
  return repository
}

/**
 * The issue, or the answer to where it is. Only the issue itself leads on to where it was transferred to: its comments
 * and its timeline are simply not found any more.
 */
export function issueOf(call: Call, { leadsOn = false } = {}): Issue {
  const place = issuesOf(call).place(numberOf(call, 'issue_number'))
  if (place === 'deleted') throw new Refusal(410, 'This issue was deleted')
  if (place instanceof Issue) return place
  if (place === undefined || !leadsOn) throw notFound()
  const { repository, number } = place.movedTo
  throw movedTo(`${call.view.api}/repositories/${repository.id}/issues/${number}`)
}

export function commentOf(call: Call): IssueComment {
  const comment = repositoryOf(call).comment(numberOf(call, 'comment_id'))
  if (comment === undefined) throw notFound()
  return comment
}

/** Nobody writes to an archived repository. */
export function writable(repository: Repository): void {
  if (repository.archived) throw new Refusal(403, 'Repository was archived so is read-only.')
}

/** What others wrote is changed by who may push. */
export function checkAuthor({ token }: Call, content: Issue | IssueComment): void {
  const repository = 'issue' in content ? content.issue.repository : content.repository
  writable(repository)
  if (content.user === token.identity || token.canPush(repository)) return
  throw new Refusal(403, 'Must have admin rights to Repository.')
}

export function checkTitle(title: string): void {
  if (title.trim() === '') throw invalid('Issue', 'title', { code: 'missing_field' })
  if (title.length <= longestTitle) return
  throw invalid('Issue', 'title', {
    code: 'custom',
    message: `title is too long (maximum is ${longestTitle} characters)`,
  })
}

export function checkBody(resource: 'Issue' | 'IssueComment', body: string): void {
  if ([...body].length <= longestBody) return
  const message = `body is too long (maximum is ${longestBody} characters)`
  throw invalid(resource, 'body', { code: 'custom', message })
}
