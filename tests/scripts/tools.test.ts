import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Child, CommandMissing, runChild } from '../../tools/child.ts'
import { installTool } from '../../tools/install.ts'
import { systemToolPath } from '../../tools/system-tool.ts'
import { executable, pins, stampPath, toolPath } from '../../tools/tool.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tools-'))
})
afterEach(() => rm(folder, { recursive: true }))

/** Stands in for the machine: `go` leaves a command in GOBIN, `venv` makes the folder that pip then fills. */
function machineWith(commands: readonly string[], calls: Child[] = []) {
  return async (child: Child): Promise<string> => {
    calls.push(child)
    const { command, args, env } = child
    const isOfVenv = path.isAbsolute(command)
    if (!isOfVenv && !commands.includes(command)) throw new CommandMissing(`"${command}" cannot be run`)
    if (env?.GOBIN !== undefined) await put(path.join(env.GOBIN, 'as-go-calls-it'))
    if (isOfVenv) for (const name of ['zizmor', 'zizmor.exe']) await put(path.join(path.dirname(command), name))
    return args.join(' ')
  }
}

async function put(file: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await writeFile(file, '')
}

describe('installTool', () => {
  test('builds a Go tool at its pin and calls it by its name here', async () => {
    const calls: Child[] = []
    await installTool('act', { folder, run: machineWith(['go'], calls) })
    expect(calls).toMatchObject([
      {
        command: 'go',
        args: ['install', '-tags=WITHOUT_DOCKER', `github.com/nektos/act@${pins.act.version}`],
        env: { CGO_ENABLED: '0' },
      },
    ])
    expect(toolPath('act', folder)).toBe(path.join(folder, 'bin', process.platform === 'win32' ? 'act.exe' : 'act'))
    expect(toolPath('actionlint', folder)).toBeUndefined()
  })

  test('builds a module of this repository with its version', async () => {
    const calls: Child[] = []
    await installTool('cluster', { folder, run: machineWith(['go'], calls) })
    const { version } = pins.cluster
    const modFile = await readFile(path.join(import.meta.dirname, '../../tools/cluster/go.mod'), 'utf8')
    expect(modFile).toContain(`k8s.io/kubernetes ${version}\n`)
    expect(calls[0]?.args.join(' ')).toContain(`.gitVersion=${version} -X k8s.io/component-base/version.gitMajor=1 `)
    expect(toolPath('cluster', folder)).toBeDefined()
    expect(await readFile(stampPath('cluster', folder), 'utf8')).toMatch(/"sources":"[0-9a-f]{64}"/)
  })

  test('puts a Python tool into an environment of its own, with the first Python that will do', async () => {
    const calls: Child[] = []
    await installTool('zizmor', { folder, run: machineWith(['python'], calls) })
    expect(calls.map(({ command }) => command).slice(0, 3)).toEqual(['python3', 'python', 'python'])
    expect(calls.at(-1)?.args).toContain(`zizmor==${pins.zizmor.version}`)
    expect(toolPath('zizmor', folder)).toBeDefined()
  })

  test('names the tool and what it needs when that is not there', async () => {
    const run = machineWith([])
    await expect(installTool('act', { folder, run })).rejects.toThrow(/^act needs Go.*Install Go/)
    await expect(installTool('zizmor', { folder, run })).rejects.toThrow(/^zizmor needs Python.*python3-venv/)
    expect(toolPath('act', folder)).toBeUndefined()
  })

  test('does not take a tool of another pin, or a half installed one, for the tool', async () => {
    await installTool('act', { folder, run: machineWith(['go']) })
    await writeFile(stampPath('act', folder), 'another pin')
    expect(toolPath('act', folder)).toBeUndefined()

    await installTool('act', { folder, run: machineWith(['go']) })
    expect(toolPath('act', folder)).toBeDefined()
    await expect(installTool('act', { folder, run: machineWith([]) })).rejects.toThrow()
    expect(existsSync(stampPath('act', folder))).toBe(false)
  })
})

describe('systemToolPath', () => {
  test('finds a command in the folders of the PATH, the first one that can be run', async () => {
    const [first, second, third] = ['a', 'b', 'c'].map((name) => path.join(folder, name, executable('prometheus')))
    if (first === undefined || second === undefined || third === undefined) throw new Error('unreachable')
    await mkdir(first, { recursive: true })
    await put(second)
    await put(third)
    await chmod(third, 0o755)
    const search = [
      '',
      'relative',
      path.join(folder, 'none'),
      ...[first, second, third].map((file) => path.dirname(file)),
    ]
    // Whether a file can be run, Windows tells from its name alone.
    const expected = process.platform === 'win32' ? second : third
    expect(systemToolPath('prometheus', search.join(path.delimiter))).toBe(expected)
    expect(systemToolPath('prometheus', search.slice(0, 4).join(path.delimiter))).toBeUndefined()
    expect(systemToolPath('prometheus', '')).toBeUndefined()
  })
})

describe('runChild', () => {
  const node = (script: string) => ({ command: process.execPath, args: ['-e', script] })

  test('gives what the command printed', async () => {
    await expect(runChild(node('console.log(1); console.error(2)'))).resolves.toContain('2')
  })

  test('says how it ended and ends in what it said', async () => {
    await expect(runChild(node('console.error("no such thing"); process.exit(3)'))).rejects.toThrow(
      /ended with exit code 3:\nno such thing$/,
    )
  })

  test('tells a command that is not there from one that fails', async () => {
    await expect(runChild({ command: 'no-such-command-here', args: [] })).rejects.toThrow(CommandMissing)
  })
})
