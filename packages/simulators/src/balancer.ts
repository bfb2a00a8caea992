import { connect, createServer, type Socket } from 'node:net'
import { closed, listening, track } from './fault-server.ts'
import { type Service, startService } from './service.ts'

export interface BalancerOptions {
  readonly oldVersion: string
  readonly newVersion: string
  /** When new connections go to the new version; by default when `switchOver` is called. */
  readonly switchAfterMs?: number
}

/**
 * A balancer that drains: it looks at connections, not at requests, so a client that keeps its connection alive stays on
 * the old version for as long as it likes.
 */
export interface DrainingBalancer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly old: Service
  readonly new: Service
  /** How many connections have been accepted. */
  connections(): number
  /** From now on, connections go to the new version. */
  switchOver(): void
  close(): Promise<void>
}

export async function drainingBalancer(options: BalancerOptions): Promise<DrainingBalancer> {
  const old = await startService({ version: options.oldVersion })
  const fresh = await startService({ version: options.newVersion })
  const sockets = new Set<Socket>()
  let backend = old
  let connections = 0
  const server = createServer((client) => {
    connections += 1
    join(client, connect(backend.port, '127.0.0.1'), sockets)
  })
  const { port } = await listening(server, {})
  const switchOver = () => {
    backend = fresh
  }
  const timer = options.switchAfterMs === undefined ? undefined : setTimeout(switchOver, options.switchAfterMs)
  const close = async () => {
    clearTimeout(timer)
    await Promise.all([closed(server, sockets), old.close(), fresh.close()])
  }
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ port, old, new: fresh, switchOver, close },
    connections: () => connections,
    [Symbol.asyncDispose]: close,
  }
}

/** What one side says the other hears, until either goes. */
function join(client: Socket, server: Socket, sockets: Set<Socket>): void {
  for (const socket of [client, server]) track(socket, sockets)
  client.pipe(server)
  server.pipe(client)
  client.on('close', () => server.destroy())
  server.on('close', () => client.destroy())
}
