import { setOutput } from '@actions/core'
import type { Contract } from './contract.ts'
import { messageOf } from './errors.ts'
import { forMarkdown } from './escape.ts'
import { type Log, runnerLog } from './log.ts'
import type { Notice, Result } from './outcome.ts'
import { writeReport } from './report.ts'
import type { Settings } from './settings.ts'
import { writeSummary } from './summary.ts'

/** Writes everything that is left behind. One part that cannot be written does not keep the others from being so. */
export function publish(
  contract: Pick<Contract, 'name'>,
  result: Result,
  { report, settings, fails }: { report: object; settings: Settings; fails: boolean },
): boolean {
  const failures: string[] = []
  const write = (what: string, action: () => void) => {
    try {
      action()
    } catch (error) {
      failures.push(`${what} could not be written: ${messageOf(error)}`)
    }
  }
  const warnings = [...settings.warnings, ...(fails ? [] : result.errors), ...result.warnings]
  annotateAll(warnings, 'warning', runnerLog)
  annotateAll(fails ? result.errors : [], 'error', runnerLog)
  // Last, since the end of a log is where people look.
  for (const line of verdictOf(result, { settings, fails }).split('\n')) runnerLog.info(line)
  write('The report', () => writeReport(settings.reportPath, report))
  write('An output', () => {
    setOutput('outcome', result.outcome)
    setOutput('reason-code', result.reasonCode)
    setOutput('report', failures.length === 0 ? settings.reportPath : '')
    for (const [name, value] of Object.entries(result.outputs)) setOutput(name, value)
  })
  for (const failure of failures) runnerLog.error(failure, 'Not published')
  if (settings.summary) summarise(contract.name, result)
  return failures.length === 0
}

function verdictOf(
  { outcome, reasonCode, message }: Result,
  { settings: { failOn }, fails }: { settings: Settings; fails: boolean },
): string {
  const why = reasonCode === 'ok' ? '' : ` (${reasonCode})`
  const verdict = `${outcome}${why}: ${message}`
  // What nobody would expect of this outcome.
  const isTurned = failOn !== 'default' && fails === (reasonCode === 'ok')
  if (!isTurned) return verdict
  return `${verdict}\nThe step ${fails ? `fails: fail-on includes ${outcome}` : `passes: fail-on does not include ${outcome}`}`
}

/** A summary that cannot be written is a pity, but no reason to hold a deployment. */
function summarise(name: string, result: Result): void {
  try {
    writeSummary(renderSummary(name, result))
  } catch (error) {
    runnerLog.warning(`The summary could not be written: ${messageOf(error)}`, 'No summary')
  }
}

function renderSummary(name: string, { summary, nextStep }: Result): string {
  const { icon, headline, lead, blocks } = summary
  const next = nextStep === undefined ? '' : `**Next:** ${forMarkdown(nextStep)}`
  const heading = `### ${icon} ${name}: ${forMarkdown(headline)}`
  return [heading, lead, next, ...blocks].filter((block) => block !== '').join('\n\n')
}

// The runner keeps ten errors and ten warnings of a step: one place is for the rest, one for what cannot be published.
const mostAnnotations = 8

/** Annotates what needs eyes; what the runner would drop is in the log. A next step is shown where it comes first. */
export function annotateAll(notices: readonly Notice[], level: 'warning' | 'error', log: Log): void {
  const shown = notices.map(({ title, message, nextStep }, index) => {
    const isNew = nextStep !== undefined && notices.findIndex((notice) => notice.nextStep === nextStep) === index
    return { title, message: isNew ? `${message}\n${nextStep}` : message }
  })
  const rest = shown.slice(mostAnnotations)
  const [first] = rest
  for (const { title, message } of shown.slice(0, mostAnnotations)) log[level](message, title)
  if (first !== undefined) log[level](`${rest.length} more, see the log of this step`, first.title)
  for (const { title, message } of rest) for (const line of `${title}: ${message}`.split('\n')) log.info(line)
}
