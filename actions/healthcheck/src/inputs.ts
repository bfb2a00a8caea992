import { invalidInput } from '@deploy-safety/common/errors'
import { parseCount, quote } from '@deploy-safety/common/inputs'
import { maskAll } from '@deploy-safety/common/runner'
import { stepInputs } from '@deploy-safety/common/settings'
import { readProxies } from '@deploy-safety/probe/proxy'
import { secretsOf } from '@deploy-safety/probe/secrets'
import { type Check, readCheck } from './check.ts'
import { contract } from './contract.ts'
import { refuseHopelessPlan, refuseUselessResolve } from './plan.ts'
import { readTargetList } from './target-list.ts'

export interface Inputs {
  readonly checks: readonly Check[]
  /** Requests in flight over all targets. */
  readonly concurrency: number
  /** Values that are shown nowhere. */
  readonly secrets: readonly string[]
  /** The job runs for a pull request, where `github.sha` is a merge commit that is never deployed. */
  readonly isPullRequest: boolean
}

/** @throws ActionError `invalid-input` */
export async function readInputs(): Promise<Inputs> {
  const step = stepInputs(contract)
  const concurrency = step.value('concurrency', parseCount({ least: 1, most: 1_000 }))
  const proxyFor = readProxies(process.env)
  const entries = await readTargetList(step)
  const checks = await Promise.all(entries.map((entry) => readCheck(entry, proxyFor)))
  for (const check of checks) refuseHopelessPlan(check)
  refuseUselessResolve(checks)
  refuseAmbiguousNames(checks)
  const keys = entries.flatMap(({ input }) => input.optional('client-key', String) ?? [])
  const secrets = [...new Set([...checks.flatMap(({ target }) => secretsOf(target)), ...keys])]
  maskAll(secrets)
  return { checks, concurrency, secrets, isPullRequest: isMergeCommit(process.env.GITHUB_EVENT_NAME ?? '') }
}

function refuseAmbiguousNames(checks: readonly Check[]): void {
  const seen = new Set<string>()
  for (const { name } of checks) {
    if (/[,\p{Cc}]/u.test(name) || name.length > 200) {
      throw invalidInput(
        `The target name ${quote(name)} has a comma or a control character, or is too long.`,
        'Give a short, plain name.',
      )
    }
    if (seen.has(name)) {
      throw invalidInput(`Two targets are called ${quote(name)}.`, 'Give each a name of its own: "name = https://…".')
    }
    seen.add(name)
  }
}

function isMergeCommit(eventName: string): boolean {
  return eventName.startsWith('pull_request') && eventName !== 'pull_request_target'
}
