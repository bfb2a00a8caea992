import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { atExit } from '@deploy-safety/simulators/at-exit'
import { type TemporaryFolder, temporaryFolder } from '@deploy-safety/simulators/temporary-folder'

/** A Prometheus on loopback that scrapes a target every second. */
export interface PrometheusServer {
  readonly url: string
  close(): Promise<void>
}

export interface PrometheusOptions {
  /** The metrics of the target, in the text format; called for every scrape. */
  readonly metrics: () => string
  /** Alerting rules, as in a group of a rule file. */
  readonly rules: readonly object[]
}

/** Starts the real server, on any free port, with its data in a fresh folder. */
export async function startPrometheus(
  command: string,
  { metrics, rules }: PrometheusOptions,
): Promise<PrometheusServer> {
  const folder = temporaryFolder('prometheus')
  const target = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(metrics())
  })
  target.listen(0, '127.0.0.1')
  await once(target, 'listening')
  const config = writeConfig(folder.path, (target.address() as AddressInfo).port, rules)
  const child = spawn(
    command,
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${path.join(folder.path, 'data')}`,
      '--web.listen-address=127.0.0.1:0',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const release = atExit(() => void child.kill('SIGKILL'))
  const close = async () => {
    await end(child, target, folder)
    release()
  }
  try {
    return { url: `http://${await addressOf(child)}`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** JSON is YAML. */
function writeConfig(folder: string, targetPort: number, rules: readonly object[]): string {
  const write = (name: string, content: object) => {
    const file = path.join(folder, name)
    writeFileSync(file, JSON.stringify(content))
    return file
  }
  const rulesFile = write('rules.yml', { groups: [{ name: 'test', rules }] })
  return write('prometheus.yml', {
    global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
    rule_files: [rulesFile],
    scrape_configs: [{ job_name: 'app', static_configs: [{ targets: [`127.0.0.1:${targetPort}`] }] }],
  })
}

/** Where it listens, from its log. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines: string[] = []
    child.once('error', reject)
    child.once('close', () => reject(new Error(`Prometheus ended:\n${lines.slice(-20).join('\n')}`)))
    if (child.stderr === null) return reject(new Error('Prometheus has no log'))
    // It is read to the end: a full pipe would stop the server.
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line)
      const address = /"Listening on".* address=(\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
  })
}

async function end(child: ChildProcess, target: Server, folder: TemporaryFolder): Promise<void> {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const closed = once(child, 'close')
    child.kill('SIGKILL')
    await closed
  }
  target.close()
  target.closeAllConnections()
  folder.remove()
}
