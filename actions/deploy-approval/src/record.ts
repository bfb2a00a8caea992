import canonicalize from 'canonicalize'
import type { Asked } from './asked.ts'
import type { OutcomeName, ReasonCode } from './contract.ts'
import { type Policy, sha256 } from './policy.ts'
import type { Person } from './voting/people.ts'
import type { Count, Vote, Why } from './voting/votes.ts'

/** What an auditor needs, and nothing that a clock or a machine would make different. */
export interface AuditRecord {
  readonly repository: string
  readonly runId: number
  readonly attempt: number
  readonly ref: string
  readonly environment: string
  readonly version: string
  readonly sha: string
  readonly gate: string
  readonly issueNumber: number
  readonly openedAt: string
  readonly decidedAt: string
  readonly outcome: OutcomeName
  readonly reasonCode: ReasonCode
  readonly policy: Policy
  readonly policySha256: string
  readonly initiators: readonly Person[]
  readonly approvers: readonly Person[]
  readonly deniedBy: readonly Person[]
  readonly votes: readonly RecordedVote[]
  readonly checklist: readonly { readonly item: string; readonly checkedBy: Person | null }[]
  readonly requests: number
  /** In an emergency. */
  readonly reason?: string
  readonly incident?: string
  readonly reviewDueAt?: string
}

interface RecordedVote {
  readonly commentId: number
  readonly userId: number | null
  readonly login: string
  readonly command: string
  readonly createdAt: string
  readonly bodySha256: string
  readonly counted: boolean
  readonly why: Why
}

export interface Decided {
  readonly outcome: OutcomeName
  readonly reasonCode: ReasonCode
  /** By a vote, or by closing or changing the issue. */
  readonly deniedBy: readonly Person[]
  readonly count: Count
  readonly requests: number
  /** GitHub's clock. */
  readonly decidedAtMs: number
}

/** Writes down what was decided, and on what ground. Pure. */
export function recordOf(asked: Asked, decided: Decided): AuditRecord {
  const { request, policy, place, openedAtMs, emergency } = asked
  const { count } = decided
  return printable({
    repository: request.repository,
    runId: request.runId,
    attempt: request.attempt,
    ref: request.ref,
    environment: request.environment,
    version: request.version,
    sha: request.sha,
    gate: request.gate,
    issueNumber: place.number,
    openedAt: isoOf(openedAtMs),
    decidedAt: isoOf(decided.decidedAtMs),
    outcome: decided.outcome,
    reasonCode: decided.reasonCode,
    policy,
    policySha256: request.policySha256,
    initiators: asked.initiators.map(personOf),
    approvers: count.approvers.map(personOf),
    deniedBy: decided.deniedBy.map(personOf),
    votes: count.votes.map(recordedVote),
    checklist: policy.checklist.map((item, index) => {
      const person = count.checked.get(index + 1)
      return { item, checkedBy: person === undefined ? null : personOf(person) }
    }),
    requests: decided.requests,
    ...(emergency && {
      ...{ reason: emergency.reason, incident: emergency.incident },
      reviewDueAt: isoOf(openedAtMs + emergency.reviewWithinMs),
    }),
  })
}

function recordedVote({ comment, command, counted, why }: Vote): RecordedVote {
  return {
    commentId: comment.id,
    userId: comment.author?.id ?? null,
    login: comment.author?.login ?? '',
    command: command.kind === 'check' ? `check ${command.item}` : command.kind,
    createdAt: isoOf(comment.createdAtMs),
    bodySha256: sha256(comment.body),
    counted,
    why,
  }
}

/** The record in RFC 8785, which every program writes to the same bytes, and their SHA-256 in hex. */
export function sealed(record: AuditRecord): { record: AuditRecord; canonical: string; hash: string } {
  const canonical = canonicalize(record) ?? ''
  return { record, canonical, hash: sha256(canonical) }
}

function personOf({ id, login }: Person): Person {
  return { id, login }
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** jq writes U+007F as an escape and RFC 8785 does not; without control characters both write the same. */
function printable<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_, part) =>
    typeof part === 'string' ? part.toWellFormed().replace(/\p{Cc}/gu, '\ufffd') : part,
  )
}
