/** Runs a built action on this machine as the runner would: `npm run action -- healthcheck --url https://… [--<input> <value> …]`. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { startAction } from '@deploy-safety/simulators/runner'
import { helpOf, parseArguments } from './action-arguments.ts'
import { hasColours, logReader, painter, summaryText } from './terminal.ts'
import { actionFolder, actionNames, readMetadata, templateName } from './workspace.ts'

const names = [...actionNames(), templateName]
const paint = painter(hasColours(process.stdout))

async function main(args: readonly string[]): Promise<number> {
  const given = parseArguments(args, names)
  if (given.kind === 'wrong') return refuse(given.problem)
  if (given.kind === 'help') {
    const usage = `npm run action -- <${names.join('|')}> --<input> <value> …\nnpm run action -- <action> --help`
    console.log(given.name === undefined ? usage : helpOf(given.name, readMetadata(given.name)))
    return 0
  }
  if (!existsSync(join(actionFolder(given.name), readMetadata(given.name).runs.main)))
    return refuse(`${given.name} is not built: npm run build`)
  return await run(given.name, given.inputs)
}

async function run(name: string, inputs: Readonly<Record<string, string>>): Promise<number> {
  const read = logReader(paint)
  const action = startAction({
    folder: actionFolder(name),
    // The runner's folder for files that nobody named goes with the run; a person wants the report.
    inputs: { 'report-path': `${name}-report.json`, ...inputs },
    cwd: process.env.INIT_CWD ?? process.cwd(),
    env: machineSettings(),
    timeoutMs: Number.POSITIVE_INFINITY,
    onLog: (line) => {
      const text = read(line)
      if (text !== undefined) console.log(text)
    },
  })
  process.on('SIGINT', () => action.cancel())
  await using done = await action.done
  const outputs = Object.entries(done.outputs).map(([output, value]) => `  ${output}: ${value}`)
  console.log(
    ['', paint('bold', 'Summary'), summaryText(done.summary), '', paint('bold', 'Outputs'), ...outputs].join('\n'),
  )
  return done.exitCode ?? 1
}

/** What of this machine a runner would have set up as well: its proxies and its authorities. */
function machineSettings(): Record<string, string | undefined> {
  const isSetting = (name: string) =>
    /^((https?|no)_proxy|node_extra_ca_certs|ssl_cert_(file|dir)|actions_step_debug)$/i.test(name)
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => isSetting(name)))
}

function refuse(problem: string): number {
  console.error(problem)
  return 2
}

process.exitCode = await main(process.argv.slice(2))
