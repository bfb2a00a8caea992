import '@deploy-safety/common/node-guard'
import { pathToFileURL } from 'node:url'
import { runAction } from '@deploy-safety/common/action'
import { readProxies } from '@deploy-safety/probe/proxy'
import { contract } from './contract.ts'
import { readInputs } from './inputs.ts'
import { requestThrough } from './metrics/edges.ts'
import { present, whenStopped } from './present.ts'
import { run } from './run.ts'

const request = requestThrough(readProxies(process.env))
const workerUrl = new URL('worker/index.js', pathToFileURL(process.argv[1] ?? ''))

await runAction(contract, {
  readInputs,
  run: (inputs, edges) => run(inputs, { ...edges, request, workerUrl }),
  present,
  whenStopped,
})
