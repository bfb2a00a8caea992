import { randomBytes } from 'node:crypto'
import type { PodEvent } from './events.ts'
import { behaviourOf, type Runs } from './image.ts'
import { type Container, fullName, type Pod } from './pod.ts'
import { type ContainerLife, created, type Terminated } from './pod-status.ts'

/** What a container has of its pod. Everything rejects once the pod is to end. */
export interface Host {
  readonly pod: Pod
  report(life: ContainerLife): Promise<void>
  event(event: PodEvent): Promise<void>
  sleep(ms: number): Promise<void>
  /** What its environment needs and does not get. */
  missing(): Promise<string | undefined>
  /** Begins a new log: the one before is then that of the previous container. */
  openLog(): (line: string) => void
}

/** A tenth of real time for back-off, so that two restarts take two seconds; messages have the real times. */
const backOffScale = 0.1
const firstBackOffSeconds = 10
const longestBackOffSeconds = 300
const retryMs = 300
const startMs = 30

export const lastWords = 'fatal: cannot connect to the database'

/** Plays the life of a container, as its image says, until it is over or the pod ends. */
export async function runContainer(container: Container, host: Host): Promise<void> {
  const { image } = container
  const behaviour = behaviourOf(image)
  if (behaviour.kind === 'unknown') {
    const message = `Failed to apply default image tag "${image}": this kubelet knows no such tag`
    await host.report({ ...created, state: { waiting: { reason: 'InvalidImageName', message } } })
    return host.event({ type: 'Warning', reason: 'InspectFailed', message, container: container.name })
  }
  if (behaviour.kind === 'image-pull') return failToPull(container, host)
  await waitForConfig(container, host, behaviour.kind === 'config-error')
  if (behaviour.kind === 'runs') await restartForever(container, behaviour, host)
}

async function failToPull({ name, image }: Container, host: Host): Promise<void> {
  const cause = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`
  const backOff = `Back-off pulling image "${image}"`
  const waiting = (reason: string, message: string) =>
    host.report({ ...created, state: { waiting: { reason, message } } })
  const event = (type: PodEvent['type'], reason: string, message: string) =>
    host.event({ type, reason, message, container: name })
  for (let tries = 1; ; tries += 1) {
    await event('Normal', 'Pulling', `Pulling image "${image}"`)
    await event('Warning', 'Failed', `Failed to pull image "${image}": ${cause}`)
    await event('Warning', 'Failed', 'Error: ErrImagePull')
    await waiting('ErrImagePull', cause)
    await host.sleep(retryMs)
    await event('Normal', 'BackOff', backOff)
    await event('Warning', 'Failed', 'Error: ImagePullBackOff')
    await waiting('ImagePullBackOff', `${backOff}: ErrImagePull: ${cause}`)
    await host.sleep(backOffSeconds(tries) * 1_000 * backOffScale)
  }
}

/** Waits for what the environment refers to, as a kubelet does: when it is there one day, the container starts. */
async function waitForConfig({ name }: Container, host: Host, always: boolean): Promise<void> {
  while (true) {
    const message = always ? `secret "${name}-config" not found` : await host.missing()
    if (message === undefined) return
    await host.report({ ...created, state: { waiting: { reason: 'CreateContainerConfigError', message } } })
    await host.event({ type: 'Warning', reason: 'Failed', message: `Error: ${message}`, container: name })
    await host.sleep(retryMs)
  }
}

async function restartForever(container: Container, runs: Runs, host: Host): Promise<void> {
  const { restartPolicy } = host.pod.spec
  let last: Terminated | undefined
  for (let restarts = 0; ; restarts += 1) {
    const id = `containerd://${randomBytes(32).toString('hex')}`
    const life = { restarts, id, ready: false, ...(last === undefined ? {} : { last }) }
    const terminated = await runOnce(container, runs, { host, life })
    await host.report({ ...life, state: { terminated } })
    if (restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && terminated.exitCode === 0)) return
    last = terminated
    // The first restart is at once.
    if (restarts > 0) await backOff(container, { ...life, last }, host)
  }
}

/** From the start of a container to its end. */
async function runOnce(
  container: Container,
  { readyAfterMs, exitsAfterMs, exitCode }: Runs,
  { host, life }: { readonly host: Host; readonly life: Omit<ContainerLife, 'state'> },
): Promise<Terminated> {
  const { name, image } = container
  const event = (reason: string, message: string) => host.event({ type: 'Normal', reason, message, container: name })
  await event('Pulled', `Container image "${image}" already present on machine`)
  await event('Created', `Container created`)
  await host.sleep(startMs)
  const log = host.openLog()
  log(`${name} starts from ${image}`)
  const startedAt = new Date().toISOString()
  const running = { running: { startedAt } }
  await host.report({ ...life, state: running, ready: readyAfterMs === 0 })
  await event('Started', `Container started`)
  if (readyAfterMs > 0 && exitsAfterMs === Infinity) {
    const message = 'Readiness probe failed: HTTP probe failed with statuscode: 503'
    await host.event({ type: 'Warning', reason: 'Unhealthy', message, container: name })
    await host.sleep(readyAfterMs)
    await host.report({ ...life, state: running, ready: true })
  }
  await host.sleep(exitsAfterMs)
  if (exitCode !== 0) log(lastWords)
  const reason = exitCode === 0 ? 'Completed' : exitCode === 137 ? 'OOMKilled' : 'Error'
  const saysLastWords = exitCode !== 0 && container.terminationMessagePolicy === 'FallbackToLogsOnError'
  const message = saysLastWords ? { message: `${lastWords}\n` } : {}
  return { exitCode, reason, ...message, startedAt, finishedAt: new Date().toISOString(), containerID: life.id }
}

async function backOff({ name }: Container, life: Omit<ContainerLife, 'state'>, host: Host): Promise<void> {
  const seconds = backOffSeconds(life.restarts)
  const message = `back-off ${goDuration(seconds)} restarting failed container=${name} pod=${fullName(host.pod)}`
  await host.report({ ...life, state: { waiting: { reason: 'CrashLoopBackOff', message } } })
  const text = `Back-off restarting failed container ${name} in pod ${fullName(host.pod)}`
  await host.event({ type: 'Warning', reason: 'BackOff', message: text, container: name })
  await host.sleep(seconds * 1_000 * backOffScale)
}

function backOffSeconds(times: number): number {
  return Math.min(firstBackOffSeconds * 2 ** (times - 1), longestBackOffSeconds)
}

/** `10s`, `1m20s`, `5m0s`. */
function goDuration(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`
}
