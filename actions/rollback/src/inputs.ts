import { formatDuration, parseDuration } from '@deploy-safety/common/duration'
import { invalidInput } from '@deploy-safety/common/errors'
import { Malformed, parseChoice, parseFlag, parseLines, quote } from '@deploy-safety/common/inputs'
import type { Notice } from '@deploy-safety/common/outcome'
import { maskAll } from '@deploy-safety/common/runner'
import { stepInputs } from '@deploy-safety/common/settings'
import { type ProxyFor, readProxies } from '@deploy-safety/probe/proxy'
import { type ClusterInputs, readClusterInputs } from './cluster-access/cluster-inputs.ts'
import { contract, type InputName } from './contract.ts'
import { textOf, type WorkloadName } from './kubernetes/kinds.ts'
import { parseWorkloads } from './kubernetes/workload-list.ts'
import type { RepositoryInputs } from './migrations/changed-files.ts'
import { type MigrationPolicy, parseGlobs } from './migrations/migrations.ts'
import type { Origin } from './origin.ts'
import { parseName } from './parse-name.ts'
import { ladder, type Source } from './target/evidence.ts'
import { parseReference, type Reference } from './target/reference.ts'
import { parseWish, type Wishes } from './target/wishes.ts'
import { readVerification, type Verification } from './verification/verify-inputs.ts'

export interface Inputs {
  readonly mode: 'plan' | 'execute' | 'record'
  readonly provider: ProviderInputs
  readonly cluster: ClusterInputs
  readonly to: 'last-known-good' | 'previous' | Wishes
  readonly expectedCurrent: Wishes | undefined
  readonly deny: readonly Reference[]
  readonly sources: readonly Source[]
  readonly requireEvidence: boolean
  /** Empty: none is kept. */
  readonly recordPath: string
  readonly timeoutMs: number
  readonly convergeMs: number
  readonly stabilityMs: number
  readonly verification: Verification | undefined
  /** Undefined: nobody says where migrations are. */
  readonly migrations: MigrationPolicy | undefined
  readonly repository: RepositoryInputs
  readonly origin: Omit<Origin, 'at'>
  /** The commit that was deployed; empty when it is not known. */
  readonly commit: string
  /** Values that are shown nowhere. */
  readonly secrets: readonly string[]
  readonly notices: readonly Notice[]
}

type ProviderInputs =
  | {
      readonly name: 'kubernetes'
      readonly workloads: readonly WorkloadName[]
      readonly recoverStuckPods: boolean
      readonly allowManaged: boolean
    }
  | {
      readonly name: 'blue-green'
      readonly service: string
      readonly selectorKey: string
      readonly allowManaged: boolean
    }

type Reader = ReturnType<typeof stepInputs<InputName>>

const providers = ['kubernetes', 'blue-green'] as const
const modes = ['plan', 'execute', 'record'] as const

/** @throws ActionError `invalid-input` */
export async function readInputs(): Promise<Inputs> {
  const step = stepInputs(contract)
  const name = step.value('provider', parseChoice(providers))
  const mode = step.value('mode', parseChoice(modes))
  const cluster = await readClusterInputs(step)
  const proxyFor = readProxies(process.env)
  const verification = readVerification(step, proxyFor)
  const secrets = [step.text('github-token'), ...cluster.secrets, ...(verification?.secrets ?? [])].filter(Boolean)
  maskAll(secrets)
  const inputs: Inputs = {
    mode,
    provider: name === 'kubernetes' ? readKubernetes(step) : readBlueGreen(step),
    cluster,
    to: step.value('to', (text) => (text === 'last-known-good' || text === 'previous' ? text : parseWish(text))),
    expectedCurrent: step.optional('expected-current', parseWish),
    deny: step.optional('deny', parseDeny) ?? [],
    sources: readSources(step),
    requireEvidence: step.value('require-evidence', parseFlag),
    recordPath: step.text('record-path'),
    ...readTimes(step, verification),
    verification,
    migrations: readMigrations(step),
    repository: readRepository(step, proxyFor, cluster.env),
    origin: originOf(step.text('reason'), process.env),
    commit: process.env.GITHUB_SHA ?? '',
    secrets,
    notices: [
      ...unusedInputs(step, name),
      ...unverified(mode, verification),
      ...cluster.warnings.map((message) => ({ title: 'rollback: kubeconfig', message })),
    ],
  }
  refuseContradictions(inputs)
  return inputs
}

function readKubernetes(step: Reader): ProviderInputs {
  return {
    name: 'kubernetes',
    workloads: step.value('workload', parseWorkloads),
    recoverStuckPods: step.value('recover-stuck-pods', parseFlag),
    allowManaged: step.value('allow-managed', parseFlag),
  }
}

function readBlueGreen(step: Reader): ProviderInputs {
  return {
    name: 'blue-green',
    service: step.value('service', (text) => parseName(text.replace(/^(service|svc)\//, ''))),
    selectorKey: step.value('selector-key', parseLabelKey),
    allowManaged: step.value('allow-managed', parseFlag),
  }
}

function parseLabelKey(text: string): string {
  if (/^([a-z\d]([a-z\d.-]{0,251}[a-z\d])?\/)?[A-Za-z\d]([\w.-]{0,61}[A-Za-z\d])?$/.test(text)) return text
  throw new Malformed(`${quote(text)} is no key of a label`, 'Write for example slot.')
}

function parseDeny(text: string): Reference[] {
  return parseLines(text.replaceAll(',', '\n')).map(parseReference)
}

function readSources(step: Reader): readonly Source[] {
  const evidence = step.value('evidence', parseChoice(['auto', ...ladder]))
  return evidence === 'auto' ? ladder : [evidence]
}

function readTimes(
  step: Reader,
  verification: Verification | undefined,
): Pick<Inputs, 'timeoutMs' | 'convergeMs' | 'stabilityMs'> {
  const timeoutMs = step.value('timeout', parsePositive)
  const givenMs = step.optional('converge-timeout', parsePositive)
  const stabilityMs = step.value('stability-window', parseDuration)
  const timeout = `timeout (${formatDuration(timeoutMs)})`
  if (givenMs !== undefined && givenMs > timeoutMs) {
    throw invalidInput(
      `converge-timeout (${formatDuration(givenMs)}) is longer than ${timeout}.`,
      'Raise timeout: it is the time for everything.',
    )
  }
  const soakMs = verification?.rules.soakMs ?? 0
  if (stabilityMs + soakMs >= timeoutMs) {
    const parts = soakMs === 0 ? 'stability-window' : 'stability-window and verify-soak together'
    throw invalidInput(
      `${parts} (${formatDuration(stabilityMs + soakMs)}) do not fit into ${timeout}.`,
      'Raise timeout, or shorten them.',
    )
  }
  return { timeoutMs, convergeMs: givenMs ?? Math.min(defaultConvergeMs, timeoutMs), stabilityMs }
}

const defaultConvergeMs = 300_000

function parsePositive(text: string): number {
  const ms = parseDuration(text)
  if (ms > 0) return ms
  throw new Malformed(`${quote(text)} is no time`, 'Write for example 5m.')
}

function readMigrations(step: Reader): MigrationPolicy | undefined {
  const globs = step.optional('migrations', parseGlobs)
  const action = step.value('on-migrations', parseChoice(['block', 'warn', 'allow']))
  if (globs !== undefined) return { globs, action }
  if (action !== 'block') return undefined
  throw invalidInput(
    'on-migrations is block, but migrations is empty: nothing would be blocked.',
    'Set migrations, for example to db/migrate/**.',
  )
}

function readRepository(step: Reader, proxyFor: ProxyFor, env: ClusterInputs['env']): RepositoryInputs {
  const { GITHUB_WORKSPACE = '', GITHUB_API_URL = '', GITHUB_REPOSITORY = '' } = env
  return {
    workspace: GITHUB_WORKSPACE || process.cwd(),
    apiUrl: GITHUB_API_URL.replace(/\/+$/, '') || 'https://api.github.com',
    repository: GITHUB_REPOSITORY,
    token: step.text('github-token'),
    ...{ proxyFor, env },
  }
}

function originOf(reason: string, env: NodeJS.ProcessEnv): Inputs['origin'] {
  const { GITHUB_SERVER_URL = '', GITHUB_REPOSITORY = '', GITHUB_RUN_ID = '', GITHUB_JOB = '', GITHUB_ACTOR = '' } = env
  const run = GITHUB_RUN_ID === '' ? '' : `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`
  const job = [GITHUB_JOB && `job ${GITHUB_JOB}`, run].filter(Boolean).join(' of ')
  // It goes into an annotation, and all of these together may have 256 KiB.
  return { run, by: GITHUB_ACTOR, reason: (reason || job).slice(0, 1_000).toWellFormed() }
}

/** What only one provider has. */
const ownInputs: Readonly<Record<(typeof providers)[number], readonly InputName[]>> = {
  kubernetes: ['workload', 'recover-stuck-pods'],
  'blue-green': ['service', 'selector-key'],
}

function unusedInputs(step: Reader, name: (typeof providers)[number]): Notice[] {
  const others = Object.entries(ownInputs).flatMap(([provider, inputs]) => (provider === name ? [] : inputs))
  const given = others.filter((input) => step.text(input) !== '' && step.text(input) !== contract.inputs[input])
  return given.map((input) => unused(input, `by the provider ${name}`))
}

/** Nothing is verified there, and whoever gives a URL may think that it is. */
function unverified(mode: Inputs['mode'], verification: Verification | undefined): Notice[] {
  return mode === 'record' && verification !== undefined ? [unused('verify-url', 'in mode record')] : []
}

function unused(input: InputName, where: string): Notice {
  return { title: 'rollback: unused input', message: `Input "${input}" is not used ${where}; it was ignored.` }
}

function refuseContradictions(inputs: Inputs): void {
  const { mode, provider, to, expectedCurrent, requireEvidence, sources, recordPath } = inputs
  const only = sources.length === 1 ? sources[0] : undefined
  if (requireEvidence && only === 'provider') {
    throw invalidInput(
      'require-evidence refuses what is unproven, and evidence is provider, which proves nothing.',
      'Set evidence to auto, or remove require-evidence.',
    )
  }
  if (only === 'record' && recordPath === '' && mode !== 'record') {
    throw invalidInput(
      'evidence is record, but record-path is empty.',
      'Set record-path to the file that mode record writes.',
    )
  }
  if (only === 'github-deployments') {
    throw invalidInput(
      'evidence is github-deployments, which this version does not read yet.',
      'Set evidence to auto, record, cluster or provider.',
    )
  }
  if (mode === 'record' && to !== 'last-known-good') {
    throw invalidInput('Mode record writes down what is live, and "to" names another version.', 'Remove "to".')
  }
  const subjects = provider.name === 'kubernetes' ? provider.workloads.map(textOf) : [`service/${provider.service}`]
  if (typeof to === 'object') to.refuseUnknown('to', subjects)
  expectedCurrent?.refuseUnknown('expected-current', subjects)
}
