import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'

/** Ports of loopback that were free a moment ago. Somebody else can be faster: whoever uses them tries again then. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, hold))
  const ports = servers.map((server) => (server.address() as AddressInfo).port)
  for (const server of servers) server.close()
  return ports
}

async function hold(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}
