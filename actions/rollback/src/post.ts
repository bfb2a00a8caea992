import '@deploy-safety/common/node-guard'
import { runnerLog } from '@deploy-safety/common/log'
import { runPost } from '@deploy-safety/common/post'
import { removePrivateFolder } from './private-folder.ts'

await runPost(async (kept) => {
  const folder = kept('folder')
  if (folder !== '' && removePrivateFolder(folder)) runnerLog.debug('the kubeconfig is removed')
})
