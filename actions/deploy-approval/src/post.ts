import '@deploy-safety/common/node-guard'
import { systemClock } from '@deploy-safety/common/clock'
import { runnerLog } from '@deploy-safety/common/log'
import { runPost } from '@deploy-safety/common/post'
import { cleanUp } from './clean-up.ts'
import { readPostOptions } from './post-options.ts'

await runPost(async (kept) => cleanUp(kept('left'), readPostOptions, { clock: systemClock, log: runnerLog }))
