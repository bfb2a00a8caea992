import { VirtualClock } from '@deploy-safety/simulators/clock'
import type { Command, CommandResult } from '../../src/command.ts'
import type { Cluster } from '../../src/kubernetes/cluster.ts'
import { Kubectl } from '../../src/kubernetes/kubectl.ts'

/** What kubectl prints and how it ends. */
export type Answer = Partial<CommandResult>

export const ok = (object: unknown): Answer => ({ stdout: JSON.stringify(object) })
export const says = (stderr: string): Answer => ({ exitCode: 1, stderr })
export const silence: Answer = { exitCode: -1, timedOut: true }
export const lost = says('Unable to connect to the server: EOF')
export const refused = says('The connection to the server 10.0.0.1:6443 was refused - did you specify the right host?')

/** A cluster behind a kubectl that gives these answers, one after the other. */
export function playKubectl(...answers: readonly Answer[]) {
  const left = [...answers]
  return { ...playCluster(() => left.shift()), left }
}

/** The same, of answers by what is asked. */
export function playCluster(answerTo: (args: readonly string[]) => Answer | undefined) {
  const clock = new VirtualClock()
  const commands: Command[] = []
  const files: string[] = []
  const run = async (command: Command): Promise<CommandResult> => {
    commands.push(command)
    const answer = answerTo(command.args)
    if (answer === undefined) throw new Error(`Nobody answers: ${command.args.join(' ')}`)
    const result = { exitCode: 0, stdout: '', stderr: '', timedOut: false, ...answer }
    for (const line of command.onLine === undefined ? [] : result.stdout.split('\n')) command.onLine?.(line)
    return result
  }
  const { signal } = new AbortController()
  const options = { file: '/bin/kubectl', flags: ['--context=shop'], env: { HOME: '/root' }, run, clock, signal }
  const kubectl = new Kubectl(options)
  const writeFile = (name: string, text: string) => {
    files.push(text)
    return `/private/${name}`
  }
  const server = 'https://k8s.example.com'
  const log = { info: () => {}, debug: () => {} }
  const cluster: Cluster = {
    ...{ kubectl, namespace: 'shop', server, expectedUid: undefined },
    ...{ writeFile, clock, log: log as unknown as Cluster['log'], signal },
  }
  /** The first words of every command: `patch`, `get`. */
  const verbs = () => commands.map(({ args }) => args.find((word) => !word.startsWith('-')) ?? '')
  return { kubectl, cluster, clock, commands, files, verbs }
}
