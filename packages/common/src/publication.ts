import { setOutput } from '@actions/core'
import { messageOf } from './errors.ts'
import { forCodeBlock, forMarkdown } from './escape.ts'
import { type Log, runnerLog } from './log.ts'
import type { Notice, Result } from './outcome.ts'
import { writeReport } from './report.ts'
import type { Settings } from './settings.ts'
import { writeSummary } from './summary.ts'

/** Writes everything that is left behind. One part that cannot be written does not keep the others from being so. */
export async function publish(
  result: Result,
  report: object,
  settings: Settings & { fails: boolean },
): Promise<boolean> {
  const failures: string[] = []
  const write = (what: string, action: () => void) => {
    try {
      action()
    } catch (error) {
      failures.push(`${what} could not be written: ${messageOf(error)}`)
    }
  }
  for (const line of `${result.outcome} (${result.reasonCode}): ${result.message}`.split('\n')) runnerLog.info(line)
  const warnings = [...settings.warnings, ...(settings.fails ? [] : result.errors), ...result.warnings]
  annotateAll(warnings, 'warning', runnerLog)
  annotateAll(settings.fails ? result.errors : [], 'error', runnerLog)
  write('The report', () => writeReport(settings.reportPath, report))
  write('An output', () => {
    setOutput('outcome', result.outcome)
    setOutput('reason-code', result.reasonCode)
    setOutput('report', failures.length === 0 ? settings.reportPath : '')
    for (const [name, value] of Object.entries(result.outputs)) setOutput(name, value)
  })
  for (const failure of failures) runnerLog.error(failure, 'Not published')
  if (settings.summary) await summarise(result)
  return failures.length === 0
}

/** A summary that cannot be written is a pity, but no reason to hold a deployment. */
async function summarise(result: Result): Promise<void> {
  try {
    await writeSummary(renderSummary(result))
  } catch (error) {
    runnerLog.warning(`The summary could not be written: ${messageOf(error)}`, 'No summary')
  }
}

function renderSummary(result: Result): string {
  const [first = '', ...lines] = result.message.split('\n')
  const verdict = `**${forMarkdown(result.outcome)}** (${forMarkdown(result.reasonCode)}): ${forMarkdown(first)}`
  const rest = lines.length === 0 ? [] : [forCodeBlock(lines.join('\n'))]
  const next = result.nextStep === undefined ? [] : [`**Next step:** ${forMarkdown(result.nextStep)}`]
  return [verdict, ...rest, ...next, ...result.summary].join('\n\n')
}

// The runner keeps ten errors and ten warnings of a step: one place is for the rest, one for what cannot be published.
const mostAnnotations = 8

/** Annotates what needs eyes; what the runner would drop is in the log. */
export function annotateAll(notices: readonly Notice[], level: 'warning' | 'error', log: Log): void {
  const rest = notices.slice(mostAnnotations)
  const [first] = rest
  for (const { title, message } of notices.slice(0, mostAnnotations)) log[level](message, title)
  if (first !== undefined) log[level](`${rest.length} more, see the log of this step`, first.title)
  for (const { title, message } of rest) for (const line of `${title}: ${message}`.split('\n')) log.info(line)
}
