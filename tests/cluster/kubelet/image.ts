import { createHash } from 'node:crypto'

/** What the container of an image does. */
export type Behaviour = Runs | { readonly kind: 'image-pull' | 'config-error' | 'unknown' }

/** The container starts. Times are from its start; Infinity is never. */
export interface Runs {
  readonly kind: 'runs'
  readonly readyAfterMs: number
  readonly exitsAfterMs: number
  readonly exitCode: number
  /** It does not end when it is asked to, only when its grace period is over. */
  readonly hangsOnStop: boolean
}

const healthy: Runs = { kind: 'runs', readyAfterMs: 0, exitsAfterMs: Infinity, exitCode: 0, hangsOnStop: false }
const crashing: Runs = { ...healthy, readyAfterMs: Infinity, exitsAfterMs: 50, exitCode: 1 }

const words = new Map<string, (ms: number) => Behaviour>([
  ['healthy', () => healthy],
  ['slow', (readyAfterMs) => ({ ...healthy, readyAfterMs })],
  ['never-ready', () => ({ ...healthy, readyAfterMs: Infinity })],
  ['crash-loop', () => crashing],
  ['oom-killed', () => ({ ...crashing, exitCode: 137 })],
  ['dies-after', (exitsAfterMs) => ({ ...crashing, readyAfterMs: 0, exitsAfterMs })],
  ['completes', () => ({ ...crashing, exitCode: 0 })],
  ['hangs-on-stop', () => ({ ...healthy, hangsOnStop: true })],
  ['image-pull', () => ({ kind: 'image-pull' })],
  ['config-error', () => ({ kind: 'config-error' })],
])

/**
 * The tag says what the container does, after a version if there is one: `app:healthy`, `app:slow-500ms`,
 * `app:2.0.1-crash-loop`, `app:dies-after-2s`. A version alone, no tag and a digest alone are healthy.
 */
export function behaviourOf(image: string): Behaviour {
  const { tag } = parseImage(image)
  if (tag === undefined || version.test(tag)) return healthy
  const parts = /^(?:v?\d[\w.]*-)?([a-z-]+?)(?:-(\d+)(ms|s))?$/.exec(tag)
  const ms = Number(parts?.[2] ?? 0) * (parts?.[3] === 's' ? 1_000 : 1)
  return words.get(parts?.[1] ?? '')?.(ms) ?? { kind: 'unknown' }
}

const version = /^(v?\d[\w.]*|latest)$/

/** As a container runtime names the image of a container: with the registry and the digest that nobody wrote. */
export function runtimeNames(image: string): { readonly image: string; readonly imageId: string } {
  const { name, tag, digest } = parseImage(image)
  const [first = '', ...rest] = name.split('/')
  const hasRegistry = rest.length > 0 && /[.:]|^localhost$/.test(first)
  const full = hasRegistry ? name : `docker.io/${rest.length === 0 ? 'library/' : ''}${name}`
  const hash = createHash('sha256').update(image).digest('hex')
  return { image: `${full}:${tag ?? 'latest'}`, imageId: `${full}@${digest ?? `sha256:${hash}`}` }
}

interface ImageParts {
  readonly name: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

function parseImage(image: string): ImageParts {
  const [reference = '', digest] = image.split('@')
  const parts = /^(.*?)(?::([^/:]+))?$/.exec(reference)
  return { name: parts?.[1] ?? reference, tag: parts?.[2], digest }
}
