import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestProject } from 'vitest/node'
import { toolPath } from '../../tools/tool.ts'
import { type StartedCluster, startCluster } from './cluster.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where test files ask for the cluster. Empty when the tool is not there. */
    readonly clusterUrl: string
  }
}

/**
 * One cluster for all test files, started when the first of them asks for it. A file runs in a process of its own, so
 * it asks over HTTP on loopback.
 * @public called by vitest
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const command = toolPath('cluster')
  if (command === undefined) {
    project.provide('clusterUrl', '')
    return async () => {}
  }
  let started: Promise<StartedCluster> | undefined
  const server = createServer(async (_, response) => {
    started ??= startCluster(command)
    try {
      const { cluster } = await started
      response.end(JSON.stringify(cluster.connection))
    } catch (error) {
      response.writeHead(500).end(String(error))
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  project.provide('clusterUrl', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.close()
    server.closeAllConnections()
    const cluster = await started?.catch(() => undefined)
    await cluster?.stop()
    if (cluster !== undefined && cluster.errors.length > 0)
      throw new AggregateError(cluster.errors, 'The cluster was not well')
  }
}
