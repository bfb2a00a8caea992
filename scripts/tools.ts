import { runChild } from '../tools/child.ts'
import { installTool } from '../tools/install.ts'
import { isToolName, pins, type ToolName, toolNames, toolPath, toolsFolder } from '../tools/tool.ts'

const builders = 2

/** Brings the pinned tools into `.tools`: all of them, or those that are named. */
async function main(args: readonly string[]): Promise<boolean> {
  const unknown = args.filter((name) => !isToolName(name))
  if (unknown.length > 0) {
    process.stderr.write(`There is no tool called ${unknown.join(', ')}. Name some of: ${toolNames.join(', ')}.\n`)
    return false
  }
  const queue = new Set(args.length === 0 ? toolNames : args.filter(isToolName)).values()
  let complete = true
  const build = async () => {
    for (const name of queue) complete = (await bring(name)) && complete
  }
  await Promise.all(Array.from({ length: builders }, build))
  return complete
}

async function bring(name: ToolName): Promise<boolean> {
  const label = `${name} ${pins[name].version}`
  if (toolPath(name) !== undefined) {
    process.stdout.write(`${label}: already there\n`)
    return true
  }
  process.stdout.write(`${label}: installing\n`)
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`
  try {
    await installTool(name, { folder: toolsFolder, run: runChild })
    process.stdout.write(`${label}: installed in ${seconds()}\n`)
    return true
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${label}: NOT installed, after ${seconds()}. ${reason}\nThen: npm run tools -- ${name}\n`)
    return false
  }
}

process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1
