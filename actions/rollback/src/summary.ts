import { formatDuration } from '@deploy-safety/common/duration'
import { forCodeBlock, forMarkdown } from '@deploy-safety/common/escape'
import { fold, table } from '@deploy-safety/common/markdown'
import type { Outcome, SubjectResult } from './outcome.ts'
import type { Row } from './target/decide.ts'
import { shortImage } from './target/wording.ts'

/** Everything below the verdict. @param clean takes secrets out */
export function summaryBlocks(outcome: Outcome, clean: (text: string) => string): string[] {
  const { subjects, phases, health, cluster, block } = outcome
  return [
    ...(subjects.length > 1 ? [subjectTable(subjects, clean)] : []),
    ...subjects
      .filter(({ candidates }) => candidates.length > 0)
      .flatMap((result) => candidateBlocks(result, subjects.length > 1)),
    ...(block === undefined ? [] : [`**${forMarkdown(block.title)}**\n\n${forCodeBlock(clean(block.text))}`]),
    ...(health == null
      ? []
      : [`Verified: ${forMarkdown(health.url)}, ${health.attempts} attempts in ${formatDuration(health.elapsedMs)}.`]),
    ...(phases.length === 0
      ? []
      : [
          fold('How long it took', [
            table(
              ['phase', 'time'],
              phases.map(({ name, elapsedMs }) => [name, formatDuration(elapsedMs)]),
              { numbers: ['time'] },
            ),
            ...(cluster === undefined
              ? []
              : [forMarkdown(`Cluster: ${cluster.server}${cluster.uid === '' ? '' : `, UID ${cluster.uid}`}`)]),
          ]),
        ]),
  ]
}

function subjectTable(subjects: readonly SubjectResult[], clean: (text: string) => string): string {
  const rows = subjects.map(({ subject, from, to, outcome, reasonCode, sentence }) => [
    subject.name,
    reasonCode === 'ok' ? outcome : `${outcome} (${reasonCode})`,
    clean(sentence),
    from,
    to,
  ])
  return table(['workload', 'outcome', 'Details', 'from', 'to'], rows)
}

function candidateBlocks({ subject, candidates, evidence }: SubjectResult, isOneOfSeveral: boolean): string[] {
  const title = isOneOfSeveral ? `**Versions of ${forMarkdown(subject.name)}**\n\n` : ''
  const header = ['version', 'images', 'verdict', 'revision', 'created', 'Details']
  const rows = candidates.map((row) => [
    row.version,
    row.images.map(shortImage).join(', '),
    verdictText(row, evidence),
    row.revision,
    timeText(row.at),
    row.detail,
  ])
  return [`${title}${table(header, rows, { numbers: ['revision'] })}`]
}

function verdictText({ chosen, whyNot }: Row, evidence: string): string {
  if (chosen) return `→ target (${evidence})`
  return whyNot?.replaceAll('-', ' ') ?? 'older'
}

/** To the minute, in UTC. */
function timeText(at: string): string {
  return at.replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d).*$/, '$1 $2')
}
