import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { commitAll } from './git.ts'
import { expectedJobs } from './expected.ts'
import { type JobRun, readJobs } from './log.ts'

export interface ActOptions {
  readonly act: string
  /** Path of the workflow file. */
  readonly workflow: string
  /** Only this job, and what it needs. */
  readonly job?: string
  readonly vars?: Readonly<Record<string, string>>
  /** What `org/actions@v1` is: a committed release tree. */
  readonly releaseTree?: string
  /** Jobs that must NOT run: a condition, or a failed job that they need, keeps them from it. */
  readonly skipped?: readonly string[]
}

export interface ActRun {
  readonly exitCode: number
  readonly jobs: Readonly<Record<string, JobRun>>
  /** Everything act said. */
  readonly log: string
}

const timeoutMs = 60_000

/**
 * Runs a workflow on this machine, without Docker and without a network.
 * @throws when a job that was asked for has no result. act itself leaves out a job whose runner label is not mapped,
 * and every job that needs it, and ends with 0: nothing tested, all green.
 */
export async function runWorkflow(options: ActOptions): Promise<ActRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'act-'))
  try {
    const workTree = path.join(folder, 'work')
    await writeFiles(workTree)
    const { exitCode, output } = await runAct(options, folder, workTree)
    const run = { exitCode, jobs: readJobs(output.split('\n')), log: output }
    await refuseGaps(options, run)
    return run
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
