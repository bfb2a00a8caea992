/** Runs a built action on this machine as the runner would: `npm run action -- healthcheck --url https://… [--<input> <value> …]`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { startAction } from '@deploy-safety/simulators/runner'
import { actionFolder, actionNames, readMetadata, templateName } from './workspace.ts'

const [name = '', ...args] = process.argv.slice(2)
const names = [...actionNames(), templateName]
if (!names.includes(name)) fail(`Say which action, one of: ${names.join(', ')}`)
const { inputs: known, runs } = readMetadata(name)
if (!existsSync(join(actionFolder(name), runs.main))) fail(`${name} is not built: npm run build`)

const action = startAction({
  folder: actionFolder(name),
  inputs: readInputs(),
  cwd: process.cwd(),
  onLog: (line) => console.log(line),
})
process.on('SIGINT', () => action.cancel())
await using run = await action.done
console.log(`\nSummary\n${run.summary}\nOutputs`)
for (const [output, value] of Object.entries(run.outputs)) console.log(`  ${output}: ${value}`)
console.log(`\nReport\n${JSON.stringify(run.report, undefined, 2)}`)
process.exitCode = run.exitCode ?? 1

function readInputs(): Record<string, string> {
  const options = Object.fromEntries(Object.keys(known).map((input) => [input, { type: 'string' as const }]))
  try {
    return parseArgs({ args, options }).values as Record<string, string>
  } catch (error) {
    return fail(`${error instanceof Error ? error.message : error}\nInputs: ${Object.keys(known).join(', ')}`)
  }
}

function fail(message: string): never {
  console.error(message)
  process.exit(2)
}
