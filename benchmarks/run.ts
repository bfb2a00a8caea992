/** Figures side by side: `npm run bench -- <name> [--rounds N]`. It is no test: a bar that is missed is shown, and fails nothing. */
import { existsSync, readdirSync } from 'node:fs'
import { availableParallelism, loadavg, type } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { messageOf } from '@deploy-safety/common/errors'
import { parseCount } from '@deploy-safety/common/inputs'
import type { Section } from './section.ts'
import { renderTable } from './table.ts'

const { name, rounds } = readArguments()
const { sections }: { sections: readonly Section[] } = await import(pathToFileURL(benchFile(name)).href)
const load = loadavg().at(0)?.toFixed(2)
console.log(`${availableParallelism()} cores, Node ${process.version}, ${type()}; load ${load} at the start`)
for (const section of sections) await show(section)

async function show({ title, method, measure }: Section): Promise<void> {
  console.log(`\n${title}\n${method}\n`)
  try {
    console.log(renderTable(await measure({ rounds })))
  } catch (error) {
    console.log(`Did not run: ${messageOf(error)}`)
    process.exitCode = 1
  }
}

function readArguments(): { name: string; rounds: number } {
  try {
    const { values, positionals } = parseArgs({
      options: { rounds: { type: 'string', default: '20' } },
      allowPositionals: true,
    })
    const [given = '', ...more] = positionals
    if (!names().includes(given) || more.length > 0) throw new Error(`Say which, one of: ${names().join(', ')}`)
    return { name: given, rounds: parseRounds(values.rounds) }
  } catch (error) {
    console.error(messageOf(error))
    process.exit(2)
  }
}

function parseRounds(text: string): number {
  try {
    return parseCount({ least: 1, most: 1_000 })(text)
  } catch (error) {
    throw new Error(`--rounds: ${messageOf(error)}`, { cause: error })
  }
}

/** By listing: a new benchmark is found without being named anywhere. */
function names(): string[] {
  return readdirSync(import.meta.dirname)
    .filter((folder) => existsSync(benchFile(folder)))
    .sort()
}

function benchFile(folder: string): string {
  return join(import.meta.dirname, folder, 'bench.ts')
}
