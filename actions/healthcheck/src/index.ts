import '@deploy-safety/common/node-guard'
import { runAction } from '@deploy-safety/common/action'
import { probe } from '@deploy-safety/probe/probe'
import { contract } from './contract.ts'
import { readInputs } from './inputs.ts'
import { present } from './present.ts'
import { run } from './run.ts'

await runAction(contract, {
  readInputs,
  run: (inputs, edges) => run(inputs, { ...edges, probe, random: Math.random }),
  present,
})
