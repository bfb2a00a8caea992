import { once } from 'node:events'
import { createServer, type Server } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Identity } from '../../../packages/simulators/src/certificates.ts'
import type { Logs } from './pod-run.ts'

/** Finds the logs of a container by the namespace and the name of its pod. */
export type FindLogs = (namespace: string, pod: string, container: string) => Logs | undefined

/** What the API server asks a kubelet for when somebody calls `kubectl logs`: `/containerLogs/ns/pod/container`. */
export async function startLogServer(identity: Identity, find: FindLogs): Promise<Server> {
  const server = createServer(identity, (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'https://kubelet')
    const [, endpoint, namespace = '', pod = '', container = ''] = pathname.split('/')
    const logs = endpoint === 'containerLogs' ? find(namespace, pod, container) : undefined
    const wantsPrevious = searchParams.get('previous') === 'true'
    const lines = wantsPrevious ? logs?.previous : logs?.current
    if (lines === undefined) {
      const what = wantsPrevious ? `previous terminated container "${container}"` : `container "${container}"`
      response.writeHead(400).end(`${what} in pod "${pod}" not found`)
      return
    }
    const tail = searchParams.get('tailLines')
    const wanted = tail === null ? lines : lines.slice(-Number(tail))
    response.writeHead(200, { 'content-type': 'text/plain' }).end(wanted.map((line) => `${line}\n`).join(''))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}
