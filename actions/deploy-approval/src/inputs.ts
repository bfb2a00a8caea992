import { parseDuration } from '@deploy-safety/common/duration'
import { invalidInput } from '@deploy-safety/common/errors'
import { Malformed, parseChoice, parseCount, parseFlag, parseLines, quote } from '@deploy-safety/common/inputs'
import { maskAll } from '@deploy-safety/common/runner'
import { stepInputs } from '@deploy-safety/common/settings'
import { type ProxyFor, readProxies } from '@deploy-safety/probe/proxy'
import { parseApprovers, parseLogin } from './approver-list.ts'
import { type Context, readContext } from './context.ts'
import { contract, type InputName } from './contract.ts'
import { type Emergency, readEmergency } from './emergency-inputs.ts'
import type { Policy } from './policy.ts'
import { parseRefPattern } from './ref-pattern.ts'
import { parseVersionPattern, type VersionPattern } from './version-pattern.ts'

export interface Inputs {
  readonly mode: 'wait' | 'request' | 'check'
  readonly context: Context
  readonly policy: Policy
  readonly versionPattern: VersionPattern | undefined
  readonly environment: string
  /** Empty for none, as the other texts. */
  readonly version: string
  /** 40 hex digits. */
  readonly sha: string
  readonly isShaGiven: boolean
  readonly gate: string
  readonly base: string
  readonly requestedBy: string
  readonly title: string
  readonly body: string
  readonly labels: readonly string[]
  readonly assign: boolean
  /** Undefined: adaptive. */
  readonly pollIntervalMs: number | undefined
  readonly supersede: boolean
  readonly emergency: Emergency | undefined
  /** `owner/name`, where the issue is. */
  readonly issueRepository: string
  readonly slackWebhookUrl: string
  readonly issueNumber: number | undefined
  readonly requestWorkflow: string
  readonly token: string
  readonly proxyFor: ProxyFor
}

type Reader = ReturnType<typeof stepInputs<InputName>>

const modes = ['wait', 'request', 'check'] as const
const defaultTimeout = { wait: '1h', request: '72h', check: '72h' } as const
const mostItems = 99
const hostedJobMs = parseDuration('6h')

/** @throws ActionError `invalid-input` */
export async function readInputs(): Promise<Inputs> {
  const step = stepInputs(contract)
  const secrets = [step.text('github-token'), step.text('slack-webhook-url')].filter((text) => text !== '')
  maskAll(secrets)
  const mode = step.value('mode', parseChoice(modes))
  const context = readContext(process.env)
  const inputs: Inputs = {
    mode,
    context,
    policy: readPolicy(step, mode),
    versionPattern: step.optional('version-pattern', parseVersionPattern),
    environment: step.value('environment', parseShortName),
    version: step.optional('version', parseShortName) ?? '',
    sha: step.optional('sha', parseSha) ?? context.sha,
    isShaGiven: step.text('sha') !== '',
    gate: step.optional('gate', parseName) ?? defaultGate(mode, context),
    base: step.optional('base-sha', parseBase) || (context.event.before ?? ''),
    requestedBy: step.optional('requested-by', parseLogin) ?? '',
    title: step.text('title'),
    body: step.text('body'),
    labels: step.value('labels', parseLabels),
    assign: step.value('assign', parseFlag),
    pollIntervalMs: step.optional('poll-interval', parseInterval),
    supersede: step.value('supersede', parseFlag),
    emergency: readEmergency(step),
    issueRepository: step.optional('issue-repository', parseRepository) ?? context.repository,
    slackWebhookUrl: step.optional('slack-webhook-url', parseWebhook) ?? '',
    issueNumber: step.optional('issue-number', parseCount({ least: 1, most: 1e9 })) ?? context.event.issueNumber,
    requestWorkflow: step.optional('request-workflow', parseWorkflow) ?? context.workflowPath,
    token: step.value('github-token', parseToken),
    proxyFor: readProxies(process.env),
  }
  refuseContradictions(inputs, step)
  return inputs
}

function readPolicy(step: Reader, mode: Inputs['mode']): Policy {
  return {
    approvers: step.value('approvers', parseApprovers),
    requiredApprovals: step.value('required-approvals', parseCount({ least: 1, most: 100 })),
    initiator: step.value('initiator', parseChoice(['excluded', 'counts'])),
    excludeAuthors: step.value('exclude-authors', parseFlag),
    versionPattern: step.text('version-pattern'),
    allowedRefs: step.optional('allowed-refs', parseRefs) ?? [],
    checklist: step.optional('checklist', parseChecklist) ?? [],
    checklistRequired: step.value('checklist-required', parseFlag),
    timeoutMs: step.optional('timeout', parseTimeout) ?? parseDuration(defaultTimeout[mode]),
  }
}

/** Inputs that make no sense together. @throws ActionError `invalid-input` */
function refuseContradictions({ mode, policy, sha, context, ...inputs }: Inputs, step: Reader): void {
  const isSweep = mode === 'check' && inputs.issueNumber === undefined
  const given = (name: InputName) => step.text(name) !== ''
  const refuse = (isWrong: boolean, message: string, hint: string) => {
    if (isWrong) throw invalidInput(message, hint)
  }
  refuse(
    policy.versionPattern !== '' && inputs.version === '' && mode !== 'check',
    'version-pattern is set, but version is empty.',
    'Set version, for example to github.ref_name.',
  )
  refuse(
    policy.excludeAuthors && inputs.base === '' && !isSweep,
    'exclude-authors needs to know what is new, and neither base-sha nor the push event says where to begin.',
    'Set base-sha to the commit that is live now.',
  )
  refuse(
    policy.checklistRequired && policy.checklist.length === 0,
    'checklist-required is true, but checklist is empty.',
    'Give the checklist, an item per line, or set checklist-required to false.',
  )
  refuse(
    mode !== 'wait' && policy.allowedRefs.length === 0,
    `Mode ${mode} needs allowed-refs.`,
    'Set allowed-refs to the refs that may be deployed, for example refs/tags/v*.',
  )
  refuse(
    mode === 'request' && sha !== context.sha,
    `Mode request asks for the commit of its run, ${context.sha}, but sha is ${sha}.`,
    'Remove sha, or run the workflow at that commit.',
  )
  refuse(
    mode === 'wait' && context.isHosted && policy.timeoutMs >= hostedJobMs,
    'timeout is longer than a job may take on a runner of GitHub, 6h.',
    'Shorten it, or use the modes request and check, which keep no runner.',
  )
  refuse(
    mode !== 'wait' &&
      (inputs.gate === '' || (mode === 'request' ? context.workflowPath : inputs.requestWorkflow) === ''),
    `Mode ${mode} needs the path of its workflow, and the variable GITHUB_WORKFLOW_REF does not say it.`,
    'Run it on GitHub; in check, set gate and request-workflow.',
  )
  refuse(mode !== 'wait' && given('issue-repository'), `Mode ${mode} has no issue-repository.`, 'Remove it.')
  refuse(mode === 'check' && inputs.emergency !== undefined, 'Mode check has no emergency.', 'Set it in mode request.')
  refuse(mode !== 'check' && given('issue-number'), `Mode ${mode} has no issue-number.`, 'Remove it.')
}

function defaultGate(mode: Inputs['mode'], { workflow, job, workflowPath }: Context): string {
  return mode === 'wait' ? `${workflow} / ${job}` : workflowPath
}

/** A name in one line, which people can read in the issue. @throws Malformed */
function parseName(text: string): string {
  if (text.includes('${{')) {
    throw new Malformed(`${quote(text)} has an expression in it that nobody evaluated`, 'Write it where GitHub does.')
  }
  if (text.length <= 200 && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text)) return text
  throw new Malformed(
    `${quote(text)} is too long or has characters that nobody can see`,
    'Give up to 200 visible characters.',
  )
}

/** What stands in the title, which has 256 characters. @throws Malformed */
function parseShortName(text: string): string {
  if (text.length <= 100) return parseName(text)
  throw new Malformed(`${quote(text)} has ${text.length} characters`, 'Give up to 100.')
}

/** Empty for the zeros that stand for no commit in an event. @throws Malformed */
function parseBase(text: string): string {
  return /^0{40}$/.test(text) ? '' : parseSha(text)
}

/** @throws Malformed */
function parseSha(text: string): string {
  const sha = text.toLowerCase()
  if (/^[\da-f]{40}$/.test(sha)) return sha
  throw new Malformed(`${quote(text)} is not a full commit hash`, 'Give all 40 hex digits, as github.sha has them.')
}

function parseList(text: string): string[] {
  return text
    .split(/[,\n\r]/)
    .map((item) => item.trim())
    .filter((item) => item !== '')
}

/** A list that names nothing, such as one of unset variables, would allow every ref. @throws Malformed */
function parseRefs(text: string): string[] {
  const patterns = parseList(text).map(parseRefPattern)
  if (patterns.length > 0) return patterns
  throw new Malformed(`${quote(text)} names no ref`, 'Write for example refs/tags/v*.')
}

/** @throws Malformed */
function parseLabels(text: string): string[] {
  const labels = parseList(text).map(parseName)
  const long = labels.find((label) => label.length > 50)
  if (long === undefined) return [...new Set(labels)]
  throw new Malformed(`the label ${quote(long)} is longer than 50 characters`, 'Give a shorter one.')
}

/** @throws Malformed */
function parseChecklist(text: string): string[] {
  const items = parseLines(text).map((line) => parseName(line.replace(/^[-*+]\s+(?:\[[ xX]?\]\s+)?/, '')))
  if (items.length <= mostItems) return items
  throw new Malformed(`it has ${items.length} items`, `Give at most ${mostItems}.`)
}

/** @throws Malformed */
function parseInterval(text: string): number | undefined {
  if (text === 'adaptive') return undefined
  const ms = parseDuration(text)
  if (ms >= 1_000) return ms
  throw new Malformed(`${quote(text)} is less than a second`, 'Write adaptive, or a duration from 1s on.')
}

/** @throws Malformed */
function parseTimeout(text: string): number {
  const ms = parseDuration(text)
  if (ms >= 1_000) return ms
  throw new Malformed(`${quote(text)} leaves nobody time to vote`, 'Write for example 1h.')
}

/** @throws Malformed */
function parseRepository(text: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(text)) return text
  throw new Malformed(`${quote(text)} is not a repository`, 'Write owner/name.')
}

/** @throws Malformed; the value is a secret */
function parseWebhook(text: string): string {
  if (/^https?:$/.test(URL.parse(text)?.protocol ?? '')) return text
  throw new Malformed('its value is not a URL', 'Give the address of an incoming webhook, as a secret.')
}

/** @throws Malformed */
function parseWorkflow(text: string): string {
  const path = text.includes('/') ? text.replace(/^\.\//, '') : `.github/workflows/${text}`
  if (/^\.github\/workflows\/[^/]+\.ya?ml$/.test(path)) return path
  throw new Malformed(`${quote(text)} is not the file of a workflow`, 'Write .github/workflows/deploy.yml.')
}

/** @throws Malformed; the value is a secret */
function parseToken(text: string): string {
  if (/^[!-~]+$/.test(text) && !text.startsWith('${{')) return text
  throw new Malformed(
    'it is empty or no token',
    'Leave it out in a workflow, which has a token of its own; elsewhere give one.',
  )
}
