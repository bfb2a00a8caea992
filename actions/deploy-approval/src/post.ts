import '@deploy-safety/common/node-guard'
import { runPost } from '@deploy-safety/common/post'
import { cleanUp } from './clean-up.ts'
import { postEnvironment } from './inputs.ts'

await runPost(async (kept) => cleanUp(kept('left'), postEnvironment()))
