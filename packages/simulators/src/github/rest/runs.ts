import type { Json } from '../complete.ts'
import { type Answer, notFound } from '../http.ts'
import type { Attempt, WorkflowRun } from '../run.ts'
import { timestamp, type View } from '../view.ts'
import { type Call, numberOf, repositoryOf } from './call.ts'

export function getRun(call: Call): Answer {
  const run = runOf(call)
  return { status: 200, body: runShape(call.view, run, run.attempts.at(-1)) }
}

export function getAttempt(call: Call): Answer {
  const run = runOf(call)
  return { status: 200, body: runShape(call.view, run, run.attempts[numberOf(call, 'attempt_number') - 1]) }
}

function runOf(call: Call): WorkflowRun {
  const run = repositoryOf(call).runs.get(numberOf(call, 'run_id'))
  if (run === undefined) throw notFound()
  return run
}

function runShape(view: View, run: WorkflowRun, attempt: Attempt | undefined): Json {
  if (attempt === undefined) throw notFound()
  const url = `${view.repositoryUrl(run.repository)}/actions/runs/${run.id}`
  const previous = attempt.number > 1 ? `${url}/attempts/${attempt.number - 1}` : null
  return view.complete('workflow-run', {
    id: run.id,
    node_id: `WFR_kwLO${run.id}`,
    name: 'Deploy',
    url,
    html_url: `${view.web}/${run.repository.fullName}/actions/runs/${run.id}`,
    head_branch: run.branch,
    head_sha: run.sha,
    path: run.path,
    display_title: 'Deploy',
    run_number: 42,
    event: run.event,
    status: attempt.status,
    conclusion: attempt.conclusion,
    actor: view.user(run.actor),
    triggering_actor: view.user(attempt.triggeringActor),
    run_attempt: attempt.number,
    created_at: timestamp(run.createdAt),
    run_started_at: timestamp(attempt.startedAt),
    updated_at: timestamp(attempt.updatedAt),
    previous_attempt_url: previous,
    repository: view.repository(run.repository),
    head_repository: view.repository(run.headRepository),
    head_repository_id: run.headRepository.id,
  })
}
