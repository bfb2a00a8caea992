import { describe, test } from 'vitest'
import { type SystemToolName, systemToolPath, systemTools } from '../tools/system-tool.ts'
import { isToolName, type ToolName, toolPath } from '../tools/tool.ts'

/** A suite that needs real tools. One that is missing is a visible skip, and with REQUIRE_TOOLS=1, as in CI, a failure. */
export function describeWithTools<Name extends ToolName | SystemToolName>(
  title: string,
  names: readonly Name[],
  suite: (tools: Readonly<Record<Name, string>>) => void,
): void {
  const paths = names.map((name) => [name, pathOf(name)] as const)
  const found = paths.filter((entry): entry is [Name, string] => entry[1] !== undefined)
  const missing = names.filter((name) => !found.some(([other]) => other === name))
  describe(title, () => {
    if (missing.length === 0) return suite(Object.fromEntries(found) as Record<Name, string>)
    const message = `needs ${missing.join(', ')}: run ${missing.map(howToGet).join(', ')}`
    if (process.env.REQUIRE_TOOLS !== '1') return test.skip(message)
    test(message, () => {
      throw new Error(message)
    })
  })
}

function pathOf(name: ToolName | SystemToolName): string | undefined {
  return isToolName(name) ? toolPath(name) : systemToolPath(name)
}

function howToGet(name: ToolName | SystemToolName): string {
  return `"${isToolName(name) ? `npm run tools -- ${name}` : systemTools[name]}"`
}
