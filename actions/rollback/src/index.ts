import '@deploy-safety/common/node-guard'
import { runAction } from '@deploy-safety/common/action'
import { keepForPost } from '@deploy-safety/common/post'
import { probe } from '@deploy-safety/probe/probe'
import { findTool } from './cluster-access/tool.ts'
import { runCommand } from './command.ts'
import { contract } from './contract.ts'
import { readInputs } from './inputs.ts'
import { present, whenStopped } from './present.ts'
import { inPrivateFolder } from './private-folder.ts'
import { run } from './run.ts'

const own = { probe, random: Math.random, runCommand, findTool, inFolder: inPrivateFolder(keepForPost) }
await runAction(contract, {
  readInputs,
  run: (inputs, edges) => run(inputs, { ...edges, ...own }),
  present,
  whenStopped,
})
