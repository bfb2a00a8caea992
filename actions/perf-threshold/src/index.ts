import { pathToFileURL } from 'node:url'
import { runAction } from '@deploy-safety/common/action'
import { readProxies } from '@deploy-safety/probe/proxy'
import { readInputs } from './inputs.ts'
import { requestThrough } from './metrics/edges.ts'
import { emptyOutputs, outcomes, publish } from './report.ts'
import { run } from './run.ts'

const [, entry = ''] = process.argv

await runAction({
  name: 'perf-threshold',
  outcomes,
  emptyOutputs,
  readInputs,
  run: (inputs, edges) =>
    run(inputs, {
      ...edges,
      request: requestThrough(readProxies(process.env)),
      workerUrl: new URL('worker/index.js', pathToFileURL(entry)),
    }),
  publish,
})
