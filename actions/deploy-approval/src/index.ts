import '@deploy-safety/common/node-guard'
import { runAction } from '@deploy-safety/common/action'
import { keepForPost } from '@deploy-safety/common/post'
import { contract } from './contract.ts'
import { fetchThrough } from './github/transport.ts'
import { readInputs } from './inputs.ts'
import { present, whenStopped } from './present.ts'
import { run } from './run.ts'

await runAction(contract, {
  readInputs,
  run: (inputs, edges) => {
    const fetch = fetchThrough(inputs.proxyFor, [inputs.token, inputs.slackWebhookUrl])
    return run(inputs, { ...edges, keepForPost, fetch })
  },
  present,
  whenStopped,
})
