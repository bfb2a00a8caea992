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

export type Pin = GoPin | PipPin
export type ToolName = keyof typeof versions

export const pins: Readonly<Record<ToolName, Pin>> = versions
export const toolNames = Object.keys(pins).filter(isToolName)
export const toolsFolder = path.resolve(import.meta.dirname, '..', '.tools')

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

/** What was installed, as text: another pin, another flag or another platform is another tool. */
export function stampOf(name: ToolName): string {
  return `${JSON.stringify({ ...pins[name], platform: process.platform, arch: process.arch })}\n`
}

export function executable(name: string): string {
  return process.platform === 'win32' ? `${name}.exe` : name
}
