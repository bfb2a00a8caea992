import '@deploy-safety/common/node-guard'
import { runAction } from '@deploy-safety/common/action'
import { keepForPost } from '@deploy-safety/common/post'
import { probe } from '@deploy-safety/probe/probe'
import { findTool } from './cluster-access/tool.ts'
import { runCommand } from './command.ts'
import { contract } from './contract.ts'
import { withoutInputs } from './environment.ts'
import { readInputs } from './inputs.ts'
import { present, whenStopped } from './present.ts'
import { PrivateFolder } from './private-folder.ts'
import { run } from './run.ts'

await runAction(contract, {
  readInputs,
  run: async (inputs, edges) => {
    const folder = new PrivateFolder()
    keepForPost('folder', folder.path)
    try {
      const env = withoutInputs(process.env)
      return await run(inputs, { ...edges, probe, random: Math.random, runCommand, findTool, folder, env })
    } finally {
      folder.remove()
    }
  },
  present,
  whenStopped,
})
