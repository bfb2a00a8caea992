import { Malformed, quote } from '@deploy-safety/common/inputs'
import { nearestName } from '@deploy-safety/common/near-name'
import { isRecord } from '@deploy-safety/common/record'
import { parse } from 'yaml'

/** A kubeconfig with nothing in it but the one context that is used. */
export interface Kubeconfig {
  /** JSON, which is YAML. */
  readonly text: string
  readonly context: string
  /** As written. */
  readonly server: string
  readonly namespace: string | undefined
  /** Values that are shown nowhere. */
  readonly secrets: readonly string[]
  /** What its user runs to log in; undefined when it runs nothing. */
  readonly program: string | undefined
  readonly warnings: readonly string[]
}

type Members = Readonly<Record<string, unknown>>

const accepted = 'Give the content of a kubeconfig, as YAML or in base64, from a secret.'
const secretFields = ['token', 'password', 'client-key-data']
const fileFields = ['certificate-authority', 'client-certificate', 'client-key', 'tokenFile']

/** Reads the content of a kubeconfig, raw or in base64. No value of it is in messages. @throws Malformed */
export function parseKubeconfig(given: string, wantedContext: string | undefined): Kubeconfig {
  const config = membersOf(decode(given))
  const contextName = chooseContext(config, wantedContext)
  const context = entry(config, 'contexts', contextName, 'context')
  const [clusterName, userName] = [context['cluster'], context['user']]
  if (typeof clusterName !== 'string' || typeof userName !== 'string') {
    throw new Malformed(`the context ${quote(contextName)} names no cluster or no user`, accepted)
  }
  const cluster = entry(config, 'clusters', clusterName, 'cluster')
  const user = entry(config, 'users', userName, 'user')
  const server = serverOf(cluster)
  refuseFiles({ cluster, user })
  const { namespace } = context
  const minimal = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': contextName,
    contexts: [{ name: contextName, context }],
    clusters: [{ name: clusterName, cluster }],
    users: [{ name: userName, user }],
  }
  return {
    text: JSON.stringify(minimal),
    context: contextName,
    server,
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : undefined,
    secrets: [...secretFields.map((field) => user[field]), passwordOf(cluster['proxy-url'])].filter(isText),
    program: programOf(user),
    warnings:
      cluster['insecure-skip-tls-verify'] === true
        ? [
            `The kubeconfig does not check the certificate of ${server}: anyone on the network path can read its credentials.`,
          ]
        : [],
  }
}

function decode(given: string): unknown {
  const compact = given.replace(/\s+/g, '')
  const isBase64 = /^[A-Za-z\d+/]+={0,2}$/.test(compact)
  const text = isBase64 ? Buffer.from(compact, 'base64').toString() : given
  if (/^\$\{\{|^\$\w+$/.test(given.trim())) throw new Malformed('it is a variable that nobody filled in', accepted)
  try {
    const value: unknown = parse(text, { maxAliasCount: 100, logLevel: 'error' })
    if (isRecord(value) && Array.isArray(value['clusters'])) return value
  } catch (error) {
    throw new Malformed('it is neither YAML nor base64 of YAML', accepted, { cause: error })
  }
  throw new Malformed('it is not a kubeconfig: it has no clusters', accepted)
}

function chooseContext(config: Members, wanted: string | undefined): string {
  const known = names(config, 'contexts')
  const current = config['current-context']
  const chosen = wanted ?? (isText(current) ? current : known.length === 1 ? known[0] : undefined)
  const list = `Its contexts are: ${known.join(', ') || 'none'}.`
  if (chosen === undefined) throw new Malformed('it has no current-context', `Set context. ${list}`)
  if (known.includes(chosen)) return chosen
  const near = nearestName(chosen, known)
  throw new Malformed(
    `it has no context ${quote(chosen)}`,
    `${near === undefined ? '' : `Did you mean "${near}"? `}${list}`,
  )
}

function names(config: Members, list: string): string[] {
  const entries = config[list]
  return (Array.isArray(entries) ? entries : []).map((one) => membersOf(one)['name']).filter(isText)
}

function entry(config: Members, list: string, name: string, field: string): Members {
  const entries = config[list]
  const found = (Array.isArray(entries) ? entries : []).filter((one) => membersOf(one)['name'] === name)
  if (found.length > 1) throw new Malformed(`there are two ${list} called ${quote(name)}`, 'Remove one of them.')
  const value = membersOf(found[0])[field]
  if (!isRecord(value)) throw new Malformed(`there is no ${field} ${quote(name)} in ${list}`, accepted)
  return value
}

function serverOf({ server }: Members): string {
  const url = isText(server) ? URL.parse(server) : null
  if (url === null || !isText(server)) throw new Malformed('the server of its cluster is not a URL', accepted)
  if (url.username !== '' || url.password !== '') {
    throw new Malformed('the server of its cluster holds a user name or password', 'Put them into the user.')
  }
  if (url.protocol === 'https:') return server
  throw new Malformed(
    `the server of its cluster is ${quote(`${url.protocol}//${url.host}`)}, which is not encrypted`,
    'Use https://: kubectl sends no token over plain HTTP.',
  )
}

/** What lies in another file is not in the secret, and is on the runner by chance or by attack. */
function refuseFiles(parts: Readonly<Record<string, Members>>): void {
  for (const [part, members] of Object.entries(parts)) {
    const field = fileFields.find((name) => isText(members[name]))
    if (field === undefined) continue
    throw new Malformed(
      `its ${part} refers to a file (${field})`,
      'Use a kubeconfig with everything in it: kubectl config view --minify --flatten --raw.',
    )
  }
}

function programOf(user: Members): string | undefined {
  if (isRecord(user['exec'])) return String(user['exec']['command'] ?? 'unknown')
  const provider = user['auth-provider']
  return isRecord(provider) ? `auth-provider ${String(provider['name'] ?? '')}` : undefined
}

function passwordOf(proxyUrl: unknown): string | undefined {
  const password = isText(proxyUrl) ? URL.parse(proxyUrl)?.password : undefined
  return password === undefined ? undefined : decodeURIComponent(password)
}

function membersOf(value: unknown): Members {
  return isRecord(value) ? value : {}
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
