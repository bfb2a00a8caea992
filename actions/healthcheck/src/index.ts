import { runAction } from '@deploy-safety/common/action'
import { probe } from '@deploy-safety/probe/probe'
import { readInputs } from './inputs.ts'
import { emptyOutputs, outcomes, publish } from './report.ts'
import { run } from './run.ts'

await runAction({
  name: 'healthcheck',
  outcomes,
  emptyOutputs,
  readInputs,
  run: (inputs, edges) => run(inputs, { ...edges, probe, random: Math.random }),
  publish,
})
