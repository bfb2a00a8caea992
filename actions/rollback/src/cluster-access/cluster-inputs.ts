import { type InputReader, Malformed, parseFlag, quote } from '@deploy-safety/common/inputs'
import { withoutInputs } from '../environment.ts'
import { parseName } from '../parse-name.ts'
import type { Kubeconfig } from './kubeconfig.ts'

export interface ClusterInputs {
  /** Undefined: what the job has. */
  readonly kubeconfig: Kubeconfig | undefined
  readonly allowExec: boolean
  readonly context: string | undefined
  readonly namespace: string | undefined
  readonly uid: string | undefined
  /** `v1.35.4`; undefined: any. */
  readonly kubectlVersion: string | undefined
  /** The environment of the step, without its inputs. */
  readonly env: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  readonly warnings: readonly string[]
}

type ClusterInput = 'kubeconfig' | 'allow-exec' | 'context' | 'namespace' | 'cluster-uid' | 'kubectl-version'

/** @throws ActionError `invalid-input` */
export async function readClusterInputs(input: InputReader<ClusterInput>): Promise<ClusterInputs> {
  const context = input.optional('context', parseContext)
  const kubeconfig = await readKubeconfig(input, context)
  return {
    kubeconfig,
    allowExec: input.value('allow-exec', parseFlag),
    context,
    namespace: input.optional('namespace', parseNamespace) ?? kubeconfig?.namespace,
    uid: input.optional('cluster-uid', parseUid),
    kubectlVersion: input.optional('kubectl-version', parseToolVersion),
    env: withoutInputs(process.env),
    secrets: kubeconfig?.secrets ?? [],
    warnings: kubeconfig?.warnings ?? [],
  }
}

/** What parses YAML is large, so it is loaded only where there is some. */
async function readKubeconfig(
  input: InputReader<ClusterInput>,
  context: string | undefined,
): Promise<Kubeconfig | undefined> {
  if (input.text('kubeconfig') === '') return undefined
  const { parseKubeconfig } = await import('./kubeconfig.ts')
  return input.optional('kubeconfig', (text) => parseKubeconfig(text, context))
}

/** Contexts of clouds have `:`, `/`, `@` and `_` in their names. @throws Malformed */
function parseContext(text: string): string {
  if (!text.startsWith('-') && /^[^\p{Cc}]{1,300}$/u.test(text)) return text
  throw new Malformed(`${quote(text)} is no name of a context`, 'Write it as in "kubectl config get-contexts".')
}

function parseNamespace(text: string): string {
  const name = parseName(text)
  if (name.length <= 63 && !name.includes('.')) return name
  throw new Malformed(`${quote(text)} is no name of a namespace`, 'Use at most 63 small letters, digits and "-".')
}

function parseUid(text: string): string {
  if (/^[\da-f-]{36}$/i.test(text)) return text.toLowerCase()
  throw new Malformed(
    `${quote(text)} is no UID`,
    'Take that of kubectl get namespace kube-system -o jsonpath={.metadata.uid}.',
  )
}

/** `1.35.4` or `v1.35.4`. @throws Malformed */
function parseToolVersion(text: string): string {
  const [, version] = /^v?(\d{1,3}\.\d{1,3}\.\d{1,3})$/.exec(text) ?? []
  if (version !== undefined) return `v${version}`
  throw new Malformed(`${quote(text)} is no version with three numbers`, 'Write for example 1.35.4.')
}
