import '@deploy-safety/common/node-guard'
import { runnerLog } from '@deploy-safety/common/log'
import { runPost } from '@deploy-safety/common/post'

await runPost(async (kept) => {
  runnerLog.info(
    kept('begun') === '' ? 'Nothing was begun' : `Nothing to clean up of what was begun at ${kept('begun')}`,
  )
})
