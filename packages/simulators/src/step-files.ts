import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseFileCommands, parsePathEntries } from './file-commands.ts'

const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'] as const
type FileName = (typeof names)[number]

/** What a step has written to its files. */
export interface StepFileContents {
  readonly outputs: Readonly<Record<string, string>>
  readonly state: Readonly<Record<string, string>>
  /** Variables for later steps. */
  readonly env: Readonly<Record<string, string>>
  /** In the order of the file; the runner puts later ones further to the front of PATH. */
  readonly path: readonly string[]
  readonly summary: string
}

/** The files through which one step talks to the runner, made fresh for it. */
export class StepFiles {
  /** The variables that name them. */
  readonly env: Readonly<Record<FileName, string>>

  constructor(temp: string) {
    const folder = join(temp, '_runner_file_commands')
    mkdirSync(folder, { recursive: true })
    const own = mkdtempSync(join(folder, 'step-'))
    this.env = Object.fromEntries(names.map((name) => [name, join(own, name)])) as Record<FileName, string>
    for (const path of Object.values(this.env)) writeFileSync(path, '')
  }

  /** @throws Error where the runner fails the step */
  read(): StepFileContents {
    return {
      outputs: this.#entries('GITHUB_OUTPUT'),
      state: this.#entries('GITHUB_STATE'),
      env: this.#entries('GITHUB_ENV'),
      path: parsePathEntries(this.#text('GITHUB_PATH')),
      summary: this.#text('GITHUB_STEP_SUMMARY'),
    }
  }

  #entries(name: FileName): Record<string, string> {
    try {
      return parseFileCommands(this.#text(name))
    } catch (error) {
      throw new Error(`The runner cannot process the file of ${name}, so it fails the step`, { cause: error })
    }
  }

  /** A file that the step has removed says nothing. */
  #text(name: FileName): string {
    return existsSync(this.env[name]) ? readFileSync(this.env[name], 'utf8') : ''
  }
}
