import { accessSync, constants, statSync } from 'node:fs'
import path from 'node:path'
import { executable } from './tool.ts'

/** Tools that the package manager of the system brings, in whatever version it has, and how. */
export const systemTools = {
  prometheus: 'apt-get install prometheus',
} as const

export type SystemToolName = keyof typeof systemTools

/** The absolute path of a command, or undefined when none of the folders in `PATH` has it. */
export function systemToolPath(name: SystemToolName, folders = process.env.PATH ?? ''): string | undefined {
  const files = folders.split(path.delimiter).filter(path.isAbsolute)
  return files.map((folder) => path.join(folder, executable(name))).find(isExecutable)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return statSync(file).isFile()
  } catch {
    return false
  }
}
