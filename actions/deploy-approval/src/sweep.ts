import { abandon } from './abandon.ts'
import { type Issue, readOpenIssues } from './github/issue.ts'
import { readRun } from './github/run.ts'
import { readViewer } from './github/viewer.ts'
import { nobodyAsked, type Outcome, outcomeOf } from './outcome.ts'
import { parseMarker, type Request } from './request.ts'
import type { Step } from './step.ts'
import { Stop } from './stop.ts'
import type { Person } from './voting/people.ts'

/** Closes the requests of an environment that nobody can decide any more. Approves nothing. @throws Stop */
export async function sweep(step: Step): Promise<Outcome> {
  const { client, inputs, edges } = step
  const { issueRepository: repository, labels } = inputs
  const us = await readViewer(client)
  const issues = await readOpenIssues(client, repository, labels[0] ?? '')
  const closed: string[] = []
  const failed: string[] = []
  for (const { issue, request } of issues.flatMap((issue) => requestOf(issue, us, inputs))) {
    const name = `#${issue.number}`
    try {
      const why = await whyOver(step, issue, request)
      if (why === undefined) continue
      await abandon(
        client,
        { repository, nonce: request.nonce, authorId: us.id, number: issue.number, url: issue.url },
        why,
      )
      edges.log.info(`closed ${name}: ${why}`)
      closed.push(name)
    } catch (error) {
      if (!(error instanceof Stop)) throw error
      edges.log.warning(`${name} could not be closed: ${error.message}`, 'deploy-approval: sweep')
      failed.push(name)
    }
  }
  const progress = { ...nobodyAsked, requests: client.requests, nowMs: client.time.now() }
  return outcomeOf(progress, { outcome: 'pending', reasonCode: 'swept', sentence: sentenceOf(closed, failed) })
}

function sentenceOf(closed: readonly string[], failed: readonly string[]): string {
  if (closed.length + failed.length === 0) return 'nothing was left open that had to be closed'
  const parts = [
    ...(closed.length === 0 ? [] : [`closed ${closed.join(', ')}`]),
    ...(failed.length === 0 ? [] : [`could not close ${failed.join(', ')}`]),
  ]
  return parts.join('; ')
}

function requestOf(
  issue: Issue,
  us: Person,
  { environment, context: { repository } }: Step['inputs'],
): { issue: Issue; request: Request }[] {
  const request = issue.authorId === us.id && !issue.isPullRequest ? parseMarker(issue.body) : undefined
  return request?.environment === environment && request.repository === repository ? [{ issue, request }] : []
}

/** Why nobody can decide a request any more; undefined while somebody can. @throws Stop */
async function whyOver({ client, inputs }: Step, issue: Issue, request: Request): Promise<string | undefined> {
  const nowMs = client.time.now()
  if (request.mode === 'request') {
    return nowMs >= issue.createdAtMs + inputs.policy.timeoutMs
      ? 'The deadline passed before it was decided.'
      : undefined
  }
  const { repository } = inputs.context
  const run = await readRun(client, { repository, runId: request.runId }).catch((error: unknown) => {
    if (error instanceof Stop && error.status === 404) return undefined
    throw error
  })
  const isWaiting = run !== undefined && !run.isCompleted && run.attempt === request.attempt
  return isWaiting ? undefined : 'The run that waited for it has ended.'
}
