import { formatDuration } from '@deploy-safety/common/duration'
import { fold, markup } from '@deploy-safety/common/markdown'
import type { Asked } from '../asked.ts'
import type { OutcomeName } from '../contract.ts'
import type { Outcome } from '../outcome.ts'
import { ballotsTable } from './ballots-table.ts'
import { inert, utc } from './inert.ts'
import { shortFacts } from './issue-title.ts'
import { longestText, type OwnComment, ownComment } from './own-comment.ts'

const mostVotes = 100
const elsewhere = 'The record is too long for a comment: it is in the report of the step.'

const words: Readonly<Partial<Record<OutcomeName, string>>> = {
  approved: '✅ Approved',
  emergency: '⚠️ Deployed in an emergency',
  denied: '❌ Denied',
  'timed-out': '❌ Timed out',
  superseded: '⚠️ Superseded',
}

/**
 * The verdict, with everything that proves it.
 * @param key in check, where several may decide at the same time, one of this run alone
 */
export function renderClosing(outcome: Outcome, asked: Asked, key = asked.request.nonce): OwnComment {
  const tag = { kind: 'closing', key } as const
  const [before, table, after] = [
    [heading(outcome, asked), lead(outcome)],
    votes(outcome, asked),
    proof(outcome, asked),
  ]
  const shortest = ownComment(tag, [...before, after, elsewhere])
  const longer = [
    [...table, after, record(outcome)],
    [...table, after, elsewhere],
  ]
  const comments = longer.map((blocks) => ownComment(tag, [...before, ...blocks]))
  return comments.find(({ body }) => body.length <= longestText) ?? shortest
}

function heading({ outcome }: Outcome, { request }: Asked): string {
  return `### ${words[outcome] ?? outcome}: ${inert(shortFacts(request))}`
}

function lead({ sentence, outcome }: Outcome): string {
  const isGo = outcome === 'approved' || outcome === 'emergency'
  return `${inert(sentence)}.${isGo ? '' : ' **Nothing is approved.**'}`
}

function votes({ count }: Outcome, { url }: Asked): string[] {
  const counted = count.votes.filter((vote) => vote.counted)
  if (counted.length === 0) return []
  const table = ballotsTable(counted.slice(0, mostVotes), {
    person: (login) => markup(inert(login)),
    command: (text, commentId) => markup(`[${text}](${url}#issuecomment-${commentId})`),
    details: (text) => markup(inert(text) || '–'),
  })
  return [table]
}

function proof({ audit, nowMs }: Outcome, { invitation, request, openedAtMs, emergency }: Asked): string {
  const { runId, attempt } = request
  const run = `[run ${runId}, attempt ${attempt}](${invitation.repositoryUrl}/actions/runs/${runId}/attempts/${attempt})`
  const when = emergency
    ? `Deployed by ${run} at ${utc(openedAtMs)}.`
    : `Asked by ${run} at ${utc(openedAtMs)}, decided ${formatDuration(Math.max(0, nowMs - openedAtMs))} later.`
  return `${when} SHA-256 of the record: \`${audit?.hash}\``
}

/** Not escaped, so that it can be hashed as it stands there: in one line, nothing ends a block of code. */
function record({ audit }: Outcome): string {
  return fold('Record', [`\`\`\`json\n${audit?.canonical}\n\`\`\``])
}
