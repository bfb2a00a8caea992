import { globSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { CommandMissing, runChild } from '../../tools/child.ts'
import { describeWithTools } from '../with-tools.ts'

const root = path.resolve(import.meta.dirname, '..', '..')
const ours = filesOf(['.github/workflows/*.{yml,yaml}', '.github/dependabot.yml', 'actions/*/action.yml'])
const forConsumers = filesOf(['examples/**/*.{yml,yaml}', 'tests/act/workflows/*.yml'])

describeWithTools('actionlint', ['actionlint'], ({ actionlint }) => {
  test.for([...ours, ...forConsumers].filter(isWorkflow))('has nothing to say about %s', async (file) => {
    // What else is installed on a machine must not change the findings.
    const args = ['-no-color', '-shellcheck=', '-pyflakes=', path.join(root, file)]
    expect(await complaints(actionlint, args)).toBe('')
  })
})

describeWithTools('zizmor', ['zizmor'], ({ zizmor }) => {
  const audit = (file: string, persona: string) =>
    complaints(zizmor, [
      ...['--offline', '--no-progress', '--color=never', '--quiet', '--strict-collection', `--persona=${persona}`],
      ...['--config', path.join(root, '.github/zizmor.yml'), path.join(root, file)],
    ])

  test.for(ours)('has nothing to say about %s, code smells included', async (file) => {
    expect(await audit(file, 'pedantic')).toBe('')
  })

  // Examples stay short: they need not name every job nor limit concurrency.
  test.for(forConsumers)('has nothing to say about %s', async (file) => {
    expect(await audit(file, 'regular')).toBe('')
  })
})

function filesOf(patterns: readonly string[]): string[] {
  return globSync(patterns, { cwd: root }).sort()
}

function isWorkflow(file: string): boolean {
  return !['action.yml', 'dependabot.yml'].includes(path.basename(file))
}

/** What a linter prints when it finds something; empty when it is content. */
async function complaints(command: string, args: readonly string[]): Promise<string> {
  try {
    await runChild({ command, args })
    return ''
  } catch (error) {
    if (error instanceof CommandMissing || !(error instanceof Error)) throw error
    return error.message
  }
}
