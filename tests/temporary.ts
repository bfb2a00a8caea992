import { readdirSync } from 'node:fs'
import { temporaryFolder } from '../packages/simulators/src/temporary-folder.ts'

/**
 * What tests and their children write to the temporary folder is in one of their own, which has to be empty at the end.
 * @public called by vitest
 */
export default function setup(): () => void {
  const { path, remove } = temporaryFolder('tests')
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) process.env[name] = path
  return () => {
    const left = readdirSync(path)
    remove()
    if (left.length > 0) throw new Error(`Tests have left in the temporary folder: ${left.join(', ')}`)
  }
}
