import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import versions from './versions.json' with { type: 'json' }

/** A Go command, built from source. */
export interface GoPin {
  readonly go: string
  readonly version: string
  readonly flags?: readonly string[]
}

/** A command of a Python package, in a virtual environment of its own. */
export interface PipPin {
  readonly pip: string
  readonly version: string
}

/** A Go module of this repository. The version is that of Kubernetes, which it is made of; its go.mod pins the rest. */
export interface ModulePin {
  readonly module: string
  readonly version: string
}

export type Pin = GoPin | PipPin | ModulePin
export type ToolName = keyof typeof versions

export const pins: Readonly<Record<ToolName, Pin>> = versions
export const toolNames = Object.keys(pins).filter(isToolName)
const root = path.resolve(import.meta.dirname, '..')
export const toolsFolder = path.join(root, '.tools')

export function isToolName(name: string): name is ToolName {
  return Object.hasOwn(versions, name)
}

/** The absolute path of a tool, or undefined when it is not there in its pinned version. */
export function toolPath(name: ToolName, folder = toolsFolder): string | undefined {
  const command = commandPath(name, folder)
  const stamp = stampPath(name, folder)
  if (!existsSync(command) || !existsSync(stamp)) return undefined
  return readFileSync(stamp, 'utf8') === stampOf(name) ? command : undefined
}

export function commandPath(name: ToolName, folder: string): string {
  return path.join(folder, 'bin', executable(name))
}

export function stampPath(name: ToolName, folder: string): string {
  return path.join(folder, 'stamps', name)
}

/** What was installed, as text: another pin, another flag, another source or another platform is another tool. */
export function stampOf(name: ToolName): string {
  const pin = pins[name]
  const sources = 'module' in pin ? { sources: hashOfModule(pin) } : {}
  return `${JSON.stringify({ ...pin, ...sources, platform: process.platform, arch: process.arch })}\n`
}

export function moduleFolder({ module }: ModulePin): string {
  return path.join(root, module)
}

function hashOfModule(pin: ModulePin): string {
  const hash = createHash('sha256')
  for (const file of ['go.mod', 'go.sum', 'main.go']) hash.update(readFileSync(path.join(moduleFolder(pin), file)))
  return hash.digest('hex')
}

export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name
}
