import type { Clock } from '@deploy-safety/common/clock'
import { isRecord } from '@deploy-safety/common/record'
import { exchangeHttp } from '@deploy-safety/probe/http'
import type { ProxyFor } from '@deploy-safety/probe/proxy'
import { CommandMissing, type RunCommand } from '../command.ts'
import type { Changed } from './migrations.ts'

/** Where the history of the repository is looked up: in a checkout, else by the API of GitHub. */
export interface RepositoryInputs {
  readonly workspace: string
  /** `https://api.github.com` */
  readonly apiUrl: string
  /** `owner/name` */
  readonly repository: string
  /** Empty: none. */
  readonly token: string
  readonly proxyFor: ProxyFor
  readonly env: Readonly<Record<string, string>>
}

interface HistoryEdges {
  readonly runCommand: RunCommand
  readonly clock: Clock
  readonly signal: AbortSignal
}

const gitLimitMs = 30_000
const apiLimitMs = 15_000
const mostBytes = 16 * 1_024 * 1_024
/** The API gives no more files than that. https://docs.github.com/en/rest/commits/commits#compare-two-commits */
const mostFiles = 300

/** The files that differ between two commits, each 7 to 40 hex digits. */
export async function changedFiles(
  commits: { readonly target: string; readonly current: string },
  inputs: RepositoryInputs,
  edges: HistoryEdges,
): Promise<Changed> {
  return (await fromCheckout(commits, inputs, edges)) ?? (await fromApi(commits, inputs, edges))
}

type Commits = Parameters<typeof changedFiles>[0]

/** Undefined when there is no checkout, or it does not go back so far. */
async function fromCheckout(
  { target, current }: Commits,
  { workspace, env }: RepositoryInputs,
  { runCommand, signal }: HistoryEdges,
): Promise<Changed | undefined> {
  const args = ['-C', workspace, 'diff', '--name-only', '-z', '--no-renames', '--no-ext-diff', target, current, '--']
  try {
    const { exitCode, stdout } = await runCommand({ file: 'git', args, env, limitMs: gitLimitMs }, signal)
    return exitCode === 0 ? { kind: 'known', files: stdout.split('\0').filter(Boolean) } : undefined
  } catch (error) {
    if (error instanceof CommandMissing) return undefined
    throw error
  }
}

async function fromApi(
  { target, current }: Commits,
  { apiUrl, repository, token, proxyFor }: RepositoryInputs,
  { clock, signal }: HistoryEdges,
): Promise<Changed> {
  const unknown = (why: string): Changed => ({ kind: 'unknown', why })
  if (token === '' || repository === '') return unknown('there is no checkout with both commits, and no github-token')
  const headers = [
    ['authorization', `token ${token}`],
    ['accept', 'application/vnd.github+json'],
    ['user-agent', 'deployment-safety-rollback'],
  ] as const
  const url = new URL(`${apiUrl}/repos/${repository}/compare/${target}...${current}`)
  const route = { resolve: new Map(), denyPrivate: false, proxyFor, secureContext: undefined, insecure: false }
  const over = new AbortController()
  const stop = () => over.abort()
  signal.addEventListener('abort', stop)
  void clock.sleep(apiLimitMs, over.signal).then(stop)
  try {
    const request = { kind: 'http', url, method: 'GET', headers, body: undefined } as const
    const limits = { signal: over.signal, timeoutMs: apiLimitMs, bodyLimitBytes: mostBytes }
    const { status, body } = await exchangeHttp(request, route, limits)
    if (status !== 200) return unknown(`GitHub responds HTTP ${status} to the comparison of ${target} and ${current}`)
    return filesIn(JSON.parse(body.text)) ?? unknown('the list of changed files is cut, or the commits have diverged')
  } catch {
    signal.throwIfAborted()
    return unknown('GitHub does not respond')
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** Undefined where it is not all of them: the list is cut at 300 files, and a commit behind another has none. */
function filesIn(comparison: unknown): Changed | undefined {
  const { status, files } = isRecord(comparison) ? comparison : {}
  const isWhole = status === 'ahead' || status === 'identical'
  if (!isWhole || !Array.isArray(files) || files.length >= mostFiles) return undefined
  const names = files.flatMap((file) => {
    const { filename, previous_filename: before } = isRecord(file) ? file : {}
    return [filename, before].filter((name) => typeof name === 'string')
  })
  return { kind: 'known', files: names }
}
