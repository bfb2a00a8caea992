import { afterAll, beforeAll, inject } from 'vitest'
import { describeWithTools } from '../with-tools.ts'
import { Cluster } from './cluster.ts'

/**
 * A suite that needs the cluster, which all files share: what a test makes goes into a namespace of its own. Without
 * the tool it is a visible skip, and with REQUIRE_TOOLS=1 a failure.
 */
export function describeWithCluster(title: string, suite: (cluster: () => Cluster) => void): void {
  describeWithTools(title, ['cluster'], () => {
    let cluster: Cluster | undefined
    beforeAll(async () => {
      const response = await fetch(inject('clusterUrl'))
      if (!response.ok) throw new Error(`The cluster does not start: ${await response.text()}`)
      cluster = new Cluster(JSON.parse(await response.text()))
    })
    afterAll(() => cluster?.close())
    suite(() => {
      if (cluster === undefined) throw new Error('The cluster is there only while tests run')
      return cluster
    })
  })
}
