import type { ActionError } from '@deploy-safety/common/errors'
import { forMarkdown } from '@deploy-safety/common/escape'
import type { Notice, Result } from '@deploy-safety/common/outcome'
import { redact } from '@deploy-safety/common/redact'
import { contract, type OutcomeName, type OutputName } from './contract.ts'
import type { Inputs } from './inputs.ts'
import type { Ending, Outcome, Progress, SubjectResult } from './outcome.ts'
import { summaryBlocks } from './summary.ts'
import { weakestOf } from './target/evidence.ts'

const { reasons } = contract

const icons: Readonly<Record<OutcomeName, Result['summary']['icon']>> = {
  'rolled-back': '✅',
  'nothing-to-do': '✅',
  planned: '✅',
  recorded: '✅',
  'rolled-back-unhealthy': '❌',
  'not-converged': '❌',
  'no-target': '❌',
  refused: '❌',
  superseded: '⚠️',
  'reverted-by-controller': '❌',
  failed: '❌',
  unknown: '⚠️',
  cancelled: '⚠️',
}

/** In these nobody knows what there is now. */
const open: readonly OutcomeName[] = ['unknown', 'cancelled']

/** The outcome as outputs, report, summary and notices. Pure. */
export function present(outcome: Outcome, inputs: Inputs): Result {
  const clean = (text: string) => redact(text, inputs.secrets)
  const message = clean(sentenceOf(outcome, outcome))
  const isFine = ['rolled-back', 'nothing-to-do', 'planned', 'recorded'].includes(outcome.outcome)
  const usual = outcome.outcome === 'rolled-back' || !isFine ? reasons[outcome.reasonCode].nextStep : undefined
  const nextStep = outcome.nextStep ?? usual
  const errors: Notice[] = isFine
    ? []
    : [{ title: `rollback: ${outcome.reasonCode}`, message, ...(nextStep && { nextStep }) }]
  return {
    outcome: outcome.outcome,
    reasonCode: outcome.reasonCode,
    message,
    ...(nextStep === undefined ? {} : { nextStep }),
    ...known(outcome),
    summary: summaryOf(outcome, message, clean),
    warnings: [...inputs.notices, ...warningsOf(outcome).map((text) => ({ title: 'rollback', message: clean(text) }))],
    errors,
  }
}

/** What is known when an error or a cancellation ends the run. Pure. */
export function whenStopped(error: ActionError, progress: Progress | undefined): Partial<Result> {
  if (progress === undefined) return {}
  const outcome = error.code === 'cancelled' ? 'cancelled' : progress.isWritten ? 'unknown' : 'refused'
  const ending: Ending = { outcome, reasonCode: error.code, sentence: error.message }
  const clean = (text: string) => redact(text, progress.inputs.secrets)
  const message = clean(sentenceOf(progress, ending))
  const nextStep = error.hint ?? reasons[error.code].nextStep
  return {
    outcome,
    message,
    nextStep,
    ...known(progress),
    summary: summaryOf({ ...progress, ...ending }, message, clean),
    errors: [{ title: `rollback: ${error.code}`, message, nextStep }],
  }
}

/** Where nobody knows what there is now, the command that shows it is part of the message. */
function sentenceOf({ subjects, isWritten, look }: Progress, { outcome, sentence }: Ending): string {
  if (!open.includes(outcome) || look === '') return sentence
  const begun = subjects
    .filter(({ to }) => to !== '')
    .map(({ subject, from, to }) => `${subject.name} from ${from} to ${to}`)
  const left = isWritten ? `Left as it was then: ${begun.join(', ')}` : 'Nothing was written'
  return `${sentence.replace(/\.$/, '')}. ${left}; look with: ${look}`
}

function warningsOf({ warnings, subjects }: Progress): string[] {
  return [
    ...warnings,
    ...subjects.flatMap(({ subject, warnings: own }) => own.map((text) => `${subject.name}: ${text}`)),
  ]
}

function summaryOf(outcome: Outcome, message: string, clean: (text: string) => string): Result['summary'] {
  const name = outcome.reasonCode === 'ok' || outcome.reasonCode === outcome.outcome ? '' : ` (${outcome.reasonCode})`
  return {
    icon: icons[outcome.outcome],
    headline: `${outcome.outcome}${name}`,
    lead: forMarkdown(/[.!?]$/.test(message) ? message : `${message}.`),
    blocks: summaryBlocks(outcome, clean),
  }
}

function known(progress: Progress): Pick<Result, 'outputs' | 'report'> {
  const { inputs, cluster, subjects, phases, health } = progress
  return {
    outputs: outputsOf(progress),
    report: {
      ...{ mode: inputs.mode, provider: inputs.provider.name, ...inputs.origin },
      ...(cluster === undefined ? {} : { cluster }),
      phases,
      health: health ?? null,
      subjects: subjects.map((result) => subjectReport(result, inputs.secrets)),
    },
  }
}

function subjectReport(result: SubjectResult, secrets: readonly string[]): Record<string, unknown> {
  const { subject, from, to, evidence, outcome, reasonCode, sentence, warnings, candidates } = result
  const clean = (text: string) => redact(text, secrets)
  const texts = { message: clean(sentence), warnings: warnings.map(clean) }
  return { subject: subject.id, from, to, evidence, outcome, reasonCode, ...texts, candidates }
}

/** Of one subject its versions as they are, of several a line for each. */
function outputsOf({ subjects, phases }: Progress): Record<OutputName, string> {
  const lines = (field: 'from' | 'to') => {
    const [only] = subjects
    if (subjects.length === 1 && only !== undefined) return only[field]
    return subjects
      .filter((one) => one[field] !== '')
      .map((one) => `${one.subject.name}=${one[field]}`)
      .join('\n')
  }
  const rungs = subjects.map(({ evidence }) => evidence).filter((rung) => rung !== '')
  return {
    from: lines('from'),
    to: lines('to'),
    evidence: weakestOf(rungs),
    'elapsed-ms': String(phases.reduce((sum, { elapsedMs }) => sum + elapsedMs, 0)),
  }
}
