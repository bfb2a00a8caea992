import { connect, createServer, type Socket } from 'node:net'
import { closed, listening, track } from './fault-server.ts'
import { type Service, startService } from './service.ts'

export interface BalancerOptions {
  readonly oldVersion: string
  readonly newVersion: string
  /** When new connections go to the new version; by default when `switchOver` is called. */
  readonly switchAfterMs?: number
}

/** Stands in front of others and hands each connection to one of them. */
export interface Balancer extends AsyncDisposable {
  readonly url: string
  readonly port: number
  /** How many connections have been accepted. */
  connections(): number
  close(): Promise<void>
}

/** A balancer that gives connections to these ports in turn, whether anybody listens there or not. */
export function roundRobin(ports: readonly number[]): Promise<Balancer> {
  return startBalancer((connection) => ports[connection % ports.length] ?? 0)
}

/**
 * A balancer that drains: it looks at connections, not at requests, so a client that keeps its connection alive stays on
 * the old version for as long as it likes.
 */
export interface DrainingBalancer extends Balancer {
  readonly old: Service
  readonly new: Service
  /** From now on, connections go to the new version. */
  switchOver(): void
}

export async function drainingBalancer(options: BalancerOptions): Promise<DrainingBalancer> {
  const old = await startService({ version: options.oldVersion })
  const fresh = await startService({ version: options.newVersion })
  let backend = old
  const balancer = await startBalancer(() => backend.port)
  const switchOver = () => {
    backend = fresh
  }
  const timer = options.switchAfterMs === undefined ? undefined : setTimeout(switchOver, options.switchAfterMs)
  const close = async () => {
    clearTimeout(timer)
    await Promise.all([balancer.close(), old.close(), fresh.close()])
  }
  return { ...balancer, old, new: fresh, switchOver, close, [Symbol.asyncDispose]: close }
}

/** @param portOf where a connection goes; they are counted from 0 */
async function startBalancer(portOf: (connection: number) => number): Promise<Balancer> {
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((client) => {
    join(client, connect(portOf(connections), '127.0.0.1'), sockets)
    connections += 1
  })
  const { port } = await listening(server, {})
  const close = () => closed(server, sockets)
  return { url: `http://127.0.0.1:${port}`, port, connections: () => connections, close, [Symbol.asyncDispose]: close }
}

/** What one side says the other hears, until either goes. */
function join(client: Socket, server: Socket, sockets: Set<Socket>): void {
  for (const socket of [client, server]) track(socket, sockets)
  client.pipe(server)
  server.pipe(client)
  client.on('close', () => server.destroy())
  server.on('close', () => client.destroy())
}
