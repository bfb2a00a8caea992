/** What `act --json` says, one object per line; only the fields that are read here. */
interface Entry {
  readonly msg: string
  readonly jobID?: string
  readonly matrix?: Readonly<Record<string, unknown>>
  readonly stage?: string
  readonly stepID?: readonly string[]
  readonly stepResult?: string
  readonly jobResult?: string
  readonly raw_output?: boolean
  readonly command?: string
  readonly name?: string
  readonly arg?: string
  readonly content?: string
}

interface StepRun {
  result: string
  outputs: Record<string, string>
  summary: string
  /** What the step printed, commands aside. Whole for a success only: act does not wait for the output of a failed step. */
  log: string
}

export interface JobRun {
  /** Empty when act gave none: the job was never run to its end. */
  result: string
  /** By id, or by position for a step without one. Those of the other stages are called `Pre <id>` and `Post <id>`. */
  steps: Record<string, StepRun>
  /** Why act would not run the job, when no `-P` maps its label. */
  unsupported?: string
}

/** The jobs by id; the legs of a matrix by id and values, as GitHub shows them: `test (linux, 24)`. */
export function readJobs(lines: readonly string[]): Record<string, JobRun> {
  const jobs: Record<string, JobRun> = {}
  for (const entry of lines.map(readEntry)) {
    if (entry?.jobID === undefined) continue
    const key = keyOf(entry.jobID, entry.matrix)
    const job = jobs[key] ?? { result: '', steps: {} }
    jobs[key] = job
    job.result = entry.jobResult ?? job.result
    if (entry.msg.includes('Skipping unsupported platform')) job.unsupported = entry.msg
    noteStep(job, entry)
  }
  for (const job of Object.values(jobs)) dropUnfinished(job.steps)
  return jobs
}

function readEntry(line: string): Entry | undefined {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}

function keyOf(jobID: string, matrix: Entry['matrix']): string {
  const values = Object.values(matrix ?? {})
  return values.length === 0 ? jobID : `${jobID} (${values.join(', ')})`
}

function noteStep(job: JobRun, entry: Entry): void {
  const { stage, stepID, command, arg = '', name = '', content = '' } = entry
  if (stage === undefined || stepID === undefined) return
  const id = stage === 'Main' ? stepID.join('/') : `${stage} ${stepID.join('/')}`
  const step = job.steps[id] ?? { result: '', outputs: {}, summary: '', log: '' }
  job.steps[id] = step
  step.result = entry.stepResult ?? step.result
  if (entry.raw_output) step.log += entry.msg
  if (command === 'set-output') step.outputs[name] = arg
  if (command === 'summary') step.summary += content
}

/** act also logs for steps that it only prepares: an action without `pre` has a stage `Pre` in which nothing runs. */
function dropUnfinished(steps: Record<string, StepRun>): void {
  for (const [id, step] of Object.entries(steps)) if (step.result === '') delete steps[id]
}
