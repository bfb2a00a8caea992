import { cut, forMarkdown } from '@deploy-safety/common/escape'
import { formatNumber } from '@deploy-safety/common/number'
import { cancelledText, type Parts, samplesText, type Targets, uncheckedVersions } from './head.ts'
import type { ShownTarget } from './shown-target.ts'
import type { Outcome } from './verdict.ts'
import { attemptsText, checkedText } from './wording.ts'

const mostResults = 8
const mostNames = 3
const longestResult = 160

/** Every failing target, those with the same result together, or what was checked, in one line of Markdown. */
export function lead(outcome: Outcome, { targets, failed, optional }: Parts): string {
  if (outcome.reasonCode === 'cancelled') return forMarkdown(cancelledText(outcome, targets))
  const [only] = targets
  if (targets.length === 1 && only !== undefined) return leadOfOne(only)
  const groups = [...Map.groupBy([...failed, ...optional], ({ view, result }) => `${view.required} ${result}`).values()]
  const rest = groups.slice(mostResults).flat().length
  return [
    ...groups.slice(0, mostResults).map(groupMarkup),
    ...(rest === 0 ? [] : [`and ${formatNumber(rest)} more`]),
    ...(outcome.outcome === 'healthy' ? [checkedMarkup(targets)] : []),
  ].join(' · ')
}

/** `**web-1**, **web-2** and 14 more: HTTP 503, expected 2xx`. */
function groupMarkup(group: Targets): string {
  const [first] = group
  const names = group.slice(0, mostNames).map(({ view }) => `**${forMarkdown(view.name)}**`)
  const rest = group.length - mostNames
  const optional = first?.view.required ? '' : ' (optional)'
  const more = rest > 0 ? ` and ${formatNumber(rest)} more` : ''
  return `${names.join(', ')}${more}${optional}${group.length > 1 ? ':' : ''} ${forMarkdown(cut(first?.result ?? '', longestResult))}`
}

function checkedMarkup(targets: Targets): string {
  const unchecked = uncheckedVersions(targets).map((text) => ` · ${forMarkdown(text)}`)
  return `Checked: ${checkedText(targets.map(({ check }) => check))}${unchecked.join('')}`
}

function leadOfOne({ view, check, result }: ShownTarget): string {
  const { name, reasonCode, attempts, elapsedMs } = view
  return [
    `**${forMarkdown(name)}** ${forMarkdown(cut(result, 500))}`,
    ...(reasonCode === 'ok' ? [] : [`\`${reasonCode}\``]),
    attemptsText(attempts, elapsedMs),
    ...samplesText({ view, check }),
    ...(reasonCode === 'ok' ? [`checked: ${checkedText([check])}`] : []),
  ].join(' · ')
}
