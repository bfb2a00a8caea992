import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRecord } from '@deploy-safety/common/record'
import { parse } from 'yaml'

/** What the runner takes from an action.yml. */
export interface ActionMetadata {
  /** In the order of the file. */
  readonly inputs: readonly ActionInput[]
  /** Paths from the folder of the action on. */
  readonly main: string
  readonly post: string | undefined
}

export interface ActionInput {
  readonly name: string
  /** May hold `${{ expressions }}`; empty when there is none. */
  readonly defaultValue: string
  readonly deprecationMessage: string | undefined
}

/** @throws Error when the folder has no action.yml of a JavaScript action that this harness can run */
export function readActionMetadata(folder: string): ActionMetadata {
  const path = join(folder, 'action.yml')
  const document: unknown = parse(readFileSync(path, 'utf8'))
  const refuse = (problem: string) => new Error(`${path}: ${problem}`)
  if (!isRecord(document) || !isRecord(document.runs)) throw refuse('there is no "runs"')
  const { using, main, pre, post, 'post-if': postIf = 'always()' } = document.runs
  if (using !== 'node24') throw refuse(`runs.using is ${JSON.stringify(using)}, not "node24"`)
  if (typeof main !== 'string') throw refuse('there is no runs.main')
  // None of our actions needs them; a harness that silently skipped them would prove the wrong thing.
  if (pre !== undefined) throw refuse('runs.pre is not supported by this harness')
  if (postIf !== 'always()') throw refuse('runs.post-if other than always() is not supported by this harness')
  return { inputs: readInputs(document.inputs), main, post: typeof post === 'string' ? post : undefined }
}

function readInputs(inputs: unknown): ActionInput[] {
  if (!isRecord(inputs)) return []
  return Object.entries(inputs).map(([name, input]) => {
    const { default: value, deprecationMessage } = isRecord(input) ? input : {}
    return {
      name,
      // The runner reads scalars as YAML does and makes text of them: 1.10 becomes 1.1.
      defaultValue: value === undefined || value === null ? '' : String(value),
      deprecationMessage: typeof deprecationMessage === 'string' ? deprecationMessage : undefined,
    }
  })
}
