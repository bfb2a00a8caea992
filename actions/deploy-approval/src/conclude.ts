import type { Asked } from './asked.ts'
import { distinct } from './constituency.ts'
import type { Edges } from './edges.ts'
import type { Client } from './github/client.ts'
import { writeComment } from './github/comment.ts'
import { closeIssue } from './github/issue.ts'
import { renderClosing } from './closing-comment.ts'
import type { Outcome } from './outcome.ts'
import type { Person } from './people.ts'
import { type Decided, recordOf, sealed } from './record.ts'
import { sentenceOf } from './sentence.ts'
import type { Verdict } from './verdict.ts'
import { nothing } from './votes.ts'

interface Circumstances {
  readonly client: Client
  readonly edges: Edges
  readonly runUrl: string
  readonly warnings: readonly string[]
}

/** Writes the verdict down, in the issue first, and closes it. @throws Stop, ActionError `cancelled` */
export async function conclude(asked: Asked, verdict: Verdict, { client, edges, warnings }: Circumstances): Promise<Outcome> {
  const decidedAtMs = client.time.now()
  const deniedBy = deniersOf(verdict)
  const record = recordOf(decidedOf(asked, verdict, { deniedBy, decidedAtMs, requests: client.requests }))
  const seal = sealed(record)
  const sentence = sentenceOf(verdict, asked)
  const closing = renderClosing({ verdict, asked, sentence, decidedAtMs, record, seal })
  await writeComment(client, asked.place, closing)
  await closeIssue(client, asked.place, verdict.outcome === 'approved' ? 'completed' : 'not_planned')
  edges.keepForPost('closed', 'true')
  return {
    outcome: verdict.outcome,
    reasonCode: verdict.reasonCode,
    sentence,
    nextStep: undefined,
    asked,
    count: verdict.count,
    deniedBy,
    record,
    recordSha256: seal.hash,
    requests: client.requests,
    nowMs: decidedAtMs,
    warnings,
  }
}

/** Who said no, by a vote or by what they did. */
function deniersOf(verdict: Verdict): Person[] {
  if (verdict.reasonCode === 'closed-by-hand') return verdict.by === undefined ? [] : [verdict.by]
  if (verdict.reasonCode === 'request-altered') {
    return distinct(verdict.alterations.flatMap(({ by }) => by ?? []))
  }
  return verdict.outcome === 'denied' ? [...verdict.count.deniedBy] : []
}
