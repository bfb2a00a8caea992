import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expectedJobs } from './expected.ts'
import { commitAll } from './git.ts'
import { type JobRun, readJobs } from './log.ts'
import { standIns } from './stand-ins.ts'

export interface ActOptions {
  /** The path of act. */
  readonly act: string
  /** The path of the workflow file. */
  readonly workflow: string
  /** Only this job, and what it needs. */
  readonly job?: string
  /** What happened, by default a push; the payload is `github.event`. */
  readonly event?: { readonly name: string; readonly payload: object }
  readonly vars?: Readonly<Record<string, string>>
  readonly secrets?: Readonly<Record<string, string>>
  /** What the runner says, beyond and instead of what act does. */
  readonly env?: Readonly<Record<string, string>>
  /** What stands behind `org/actions@v1`: a committed release tree. */
  readonly releaseTree?: string
  /** Files of the repository under test, by path. */
  readonly files?: Readonly<Record<string, string>>
  /** Commands that are found before those of this machine: what a shell runs for each, by name. */
  readonly commands?: Readonly<Record<string, string>>
  /** A folder for what is cached, by default a fresh one that goes with the run. */
  readonly caches?: string
  /** Jobs that must not run: a condition, or a failed job that they need, keeps them from it. */
  readonly skipped?: readonly string[]
}

export interface ActRun {
  readonly exitCode: number
  readonly jobs: Readonly<Record<string, JobRun>>
  /** Everything that act said. */
  readonly log: string
}

const timeoutMs = 60_000

/**
 * Runs a workflow on this machine, without Docker and without a network.
 * @throws when a job that was asked for has no result, or one has that should be skipped. act leaves out a job whose
 * runner label is not mapped, with all that need it, and still exits 0: green, and nothing tested.
 */
export async function runWorkflow(options: ActOptions): Promise<ActRun> {
  const folder = await mkdtemp(path.join(tmpdir(), 'act-'))
  try {
    const run = await runAct(options, folder)
    refuseGaps(run, { ...options, expected: expectedJobs(await readFile(options.workflow, 'utf8'), options.job) })
    return run
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runAct(options: ActOptions, folder: string): Promise<ActRun> {
  const workTree = path.join(folder, 'work')
  await writeFiles(workTree, options.files ?? {})
  await commitAll(workTree)
  await writeFile(eventPath(folder), JSON.stringify(options.event?.payload ?? {}))
  await writeCommands(folder, options.commands ?? {})
  const others = await standIns(await readFile(options.workflow, 'utf8'), {
    folder: path.join(folder, 'stand-ins'),
    artifacts: path.join(folder, 'artifacts'),
    caches: options.caches ?? path.join(folder, 'caches'),
  })
  const child = spawn(options.act, [...argumentsOf(options, folder), ...others], {
    cwd: workTree,
    env: environment(folder),
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      log += text
    })
  }
  const exitCode = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      if (code !== null) resolve(code)
      else reject(new Error(`act was ended by ${signal}, after at most ${timeoutMs} ms. Its log ends:\n${endOf(log)}`))
    })
  })
  return { exitCode, jobs: readJobs(log.split('\n')), log }
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(folder)
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content)
}

async function writeCommands(folder: string, commands: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(commandsPath(folder))
  for (const [name, script] of Object.entries(commands)) {
    await writeFile(path.join(commandsPath(folder), name), `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  }
}

function commandsPath(folder: string): string {
  return path.join(folder, 'commands')
}

function argumentsOf(options: ActOptions, folder: string): string[] {
  const { workflow, job, event, vars = {}, secrets = {}, env = {}, releaseTree } = options
  // Else every run is the first. The token keeps act from asking the command line of GitHub for that of whoever runs this.
  const said = { GITHUB_RUN_ID: String(Date.now()), ...env }
  const secret = { GITHUB_TOKEN: 'none', ...secrets }
  return [
    ...[event?.name ?? 'push', '--eventpath', eventPath(folder), '--json'],
    ...['--workflows', path.resolve(workflow), '--platform', 'ubuntu-latest=-self-hosted'],
    ...(job === undefined ? [] : ['--job', job]),
    ...Object.entries(vars).flatMap(([name, value]) => ['--var', `${name}=${value}`]),
    ...Object.entries(secret).flatMap(([name, value]) => ['--secret', `${name}=${value}`]),
    ...Object.entries(said).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
    ...(releaseTree === undefined ? [] : ['--local-repository', `org/actions@v1=${path.resolve(releaseTree)}`]),
    ...['--action-cache-path', path.join(folder, 'cache'), '--use-gitignore=false'],
    // Both would listen on an address that act looks up, which fails on a machine without a network.
    ...['--no-cache-server', '--artifact-server-addr', '127.0.0.1'],
  ]
}

function eventPath(folder: string): string {
  return path.join(folder, 'event.json')
}

/**
 * Only what is needed: act hands its own environment on to every step, and reads its settings from the home folder.
 * It runs all actions with the first `node` on its path, here the one that runs this.
 */
function environment(folder: string): Record<string, string> {
  const searchPath = [commandsPath(folder), path.dirname(process.execPath), process.env.PATH ?? ''].join(path.delimiter)
  return { PATH: searchPath, HOME: folder, XDG_CONFIG_HOME: folder }
}

function refuseGaps(run: ActRun, options: ActOptions & { expected: readonly string[] }): void {
  const { expected, skipped = [], workflow } = options
  for (const [name, job] of Object.entries(run.jobs)) {
    if (job.unsupported !== undefined) throw new Error(`act did not run job ${name} of ${workflow}: ${job.unsupported}`)
  }
  const finished = Object.entries(run.jobs).flatMap(([name, { result }]) => (result === '' ? [] : [name]))
  const hasRun = (id: string) => finished.some((name) => name === id || name.startsWith(`${id} (`))
  const gaps = expected.filter((id) => !skipped.includes(id) && !hasRun(id))
  if (gaps.length > 0)
    throw new Error(`No result for ${gaps.join(', ')} of ${workflow}. The log of act ends:\n${endOf(run.log)}`)
  const surplus = skipped.filter(hasRun)
  if (surplus.length > 0) throw new Error(`${surplus.join(', ')} of ${workflow} should have been skipped, and has run.`)
}

function endOf(log: string): string {
  return log.trimEnd().split('\n').slice(-20).join('\n')
}
