import { fold, markup, table } from '@deploy-safety/common/markdown'
import type { Asked } from './asked.ts'
import type { Outcome } from './outcome.ts'
import { ballotsTable } from './texts/ballots-table.ts'
import type { Vote } from './voting/votes.ts'

/** What stands below the verdict: what was asked for, who said what, and how to prove it. Pure. */
export function summaryBlocks({ asked, count, audit }: Outcome): string[] {
  if (asked === undefined || audit === undefined) return []
  const counted = count.votes.filter(({ counted }) => counted)
  const others = count.votes.filter(({ counted }) => !counted)
  return [
    deploymentTable(asked),
    ...(counted.length === 0 ? [] : [votesTable(counted, asked)]),
    ...(asked.policy.checklist.length === 0 ? [] : [checklistTable(asked, count.checked)]),
    ...(others.length === 0
      ? []
      : [
          fold(`${others.length === 1 ? '1 command' : `${others.length} commands`} that did not count`, [
            votesTable(others, asked),
          ]),
        ]),
    `Record: \`${audit.hash}\` (SHA-256; recompute it with \`jq -cjS .record report.json | sha256sum\`)`,
  ]
}

function deploymentTable({ request }: Asked): string {
  const { environment, version, sha, ref } = request
  return table(
    ['Environment', 'Version', 'Commit', 'Ref'],
    [[environment, version, markup(`\`${sha.slice(0, 12)}\``), ref]],
  )
}

function votesTable(votes: readonly Vote[], { url }: Asked): string {
  return ballotsTable(votes, {
    person: (login) => login,
    command: (text, commentId) => markup(`[${text}](${url}#issuecomment-${commentId})`),
    details: (text) => text,
  })
}

function checklistTable({ policy }: Asked, checked: Outcome['count']['checked']): string {
  const rows = policy.checklist.map((item, index) => [item, checked.get(index + 1)?.login ?? 'open'])
  return table(['Checklist', 'Checked by'], rows)
}
