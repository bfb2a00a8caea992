/** `node servers.ts`: what is measured against, in a process of its own, so that it shares no event loop with who measures. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { startFault } from '@deploy-safety/simulators/fault-server'
import { faults } from '@deploy-safety/simulators/faults'
import { startService } from '@deploy-safety/simulators/service'

/** One answers well, one answers 500, one accepts and never answers. */
export type ServerName = 'healthy' | 'broken' | 'silent'

/** Their URLs. */
export type Servers = Readonly<Record<ServerName, string>> & AsyncDisposable

export async function startServers(): Promise<Servers> {
  const args = ['--conditions=source', import.meta.filename]
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'], windowsHide: true })
  const [line]: Buffer[] = await once(child.stdout, 'data')
  const urls: Record<ServerName, string> = JSON.parse(String(line))
  const close = async () => {
    child.stdin.end()
    if (child.exitCode === null) await once(child, 'exit')
  }
  return { ...urls, [Symbol.asyncDispose]: close }
}

async function main(): Promise<void> {
  const healthy = await startService({ version: '2.0.0' })
  const broken = await startService({ version: '2.0.0', state: 'broken' })
  const silent = await startFault(faults.silentAccept)
  const urls: Record<ServerName, string> = {
    healthy: `${healthy.url}/health`,
    broken: `${broken.url}/health`,
    silent: silent.url,
  }
  process.stdout.write(`${JSON.stringify(urls)}\n`)
  // The end of our input is the end of who started us, however that came.
  await once(process.stdin.resume(), 'end')
  process.exit()
}

if (import.meta.main) await main()
