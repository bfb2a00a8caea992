import { copyFile, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CommandMissing, type RunChild } from './child.ts'
import {
  commandPath,
  executable,
  type GoPin,
  type ModulePin,
  moduleFolder,
  type PipPin,
  pins,
  stampOf,
  stampPath,
  type ToolName,
} from './tool.ts'

export interface Workshop {
  /** Where the tools go: `bin`, `stamps`, `staging` for builds and `venv` for Python. */
  readonly folder: string
  readonly run: RunChild
}

/** Brings one tool into `bin`, and stamps it last, so that an interrupted install is not taken for a whole one. */
export async function installTool(name: ToolName, { folder, run }: Workshop): Promise<void> {
  await rm(stampPath(name, folder), { force: true })
  for (const part of ['bin', 'stamps']) await mkdir(path.join(folder, part), { recursive: true })
  const pin = pins[name]
  if ('go' in pin) await installFromGo(name, goInstall(pin), { folder, run })
  else if ('module' in pin) await installFromGo(name, goBuild(pin), { folder, run })
  else await installFromPip(name, pin, { folder, run })
  await writeFile(stampPath(name, folder), stampOf(name))
}

/** The arguments of Go that put one command, and nothing else, into a folder. */
type GoArgs = (staging: string) => readonly string[]

function goInstall({ go, version, flags = [] }: GoPin): GoArgs {
  return () => ['install', ...flags, `${go}@${version}`]
}

/** Kubernetes has its version from the linker. Without one it says v0.0.0, and kubectl warns of the difference. */
function goBuild(pin: ModulePin): GoArgs {
  const [major, minor] = pin.version.slice(1).split('.')
  const values = { gitVersion: pin.version, gitMajor: major, gitMinor: minor }
  const stamps = Object.entries(values).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`)
  const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false', '-ldflags', ['-s -w', ...stamps].join(' ')]
  return (staging) => ['build', '-C', moduleFolder(pin), ...flags, '-o', `${staging}/`, '.']
}

async function installFromGo(name: ToolName, goArgs: GoArgs, { folder, run }: Workshop): Promise<void> {
  const staging = path.join(folder, 'staging', name)
  await rm(staging, { recursive: true, force: true })
  try {
    await run({ command: 'go', args: goArgs(staging), env: { GOBIN: staging, CGO_ENABLED: '0' } })
  } catch (error) {
    if (!(error instanceof CommandMissing)) throw error
    throw new Error(`${name} needs Go, and there is no "go" on the PATH. Install Go 1.25 or newer (https://go.dev/dl).`)
  }
  // Go names the command after its package; here it is called like its pin, so that two versions can stand side by side.
  const [built] = await readdir(staging)
  if (built === undefined) throw new Error(`"go ${goArgs(staging).join(' ')}" left no command in ${staging}.`)
  await rename(path.join(staging, built), commandPath(name, folder))
  await rm(staging, { recursive: true })
}

async function installFromPip(name: ToolName, pin: PipPin, { folder, run }: Workshop): Promise<void> {
  const venv = path.join(folder, 'venv', name)
  const commands = path.join(venv, process.platform === 'win32' ? 'Scripts' : 'bin')
  const python = await findPython(name, run)
  await run({ command: python, args: ['-m', 'venv', '--clear', venv] })
  await run({
    command: path.join(commands, executable('python')),
    // Wheels only: a source package would run its own build, and for a Rust tool that takes minutes.
    args: ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', `${pin.pip}==${pin.version}`],
  })
  await copyFile(path.join(commands, executable(name)), commandPath(name, folder))
}

/** Debian and Ubuntu ship Python without what `venv` needs, so this is asked for and not only the interpreter. */
async function findPython(name: ToolName, run: RunChild): Promise<string> {
  for (const command of ['python3', 'python']) {
    try {
      await run({ command, args: ['-c', 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))'] })
      return command
    } catch {
      // Not there, too old or not whole: the next one may do.
    }
  }
  throw new Error(
    `${name} needs Python 3.10 or newer with its venv module, and neither "python3" nor "python" has it. ` +
      'Install Python (https://www.python.org/downloads); on Debian and Ubuntu also the package python3-venv.',
  )
}
