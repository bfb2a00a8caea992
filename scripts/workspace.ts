import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'

export const root = resolve(import.meta.dirname, '..')

/** The names of all actions, by listing their folders: a new one is found without being named anywhere. */
export function actionNames(): string[] {
  return readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(actionFolder(name), 'action.yml')))
    .sort()
}

export function actionFolder(name: string): string {
  return join(root, 'actions', name)
}

export interface ActionMetadata {
  readonly name: string
  readonly description: string
  readonly inputs: Readonly<
    Record<string, { readonly description: string; readonly default?: string; readonly required?: boolean }>
  >
  readonly outputs: Readonly<Record<string, { readonly description: string }>>
  readonly runs: { readonly using: string; readonly main: string; readonly post?: string }
}

export function readMetadata(name: string): ActionMetadata {
  return parse(readFileSync(join(actionFolder(name), 'action.yml'), 'utf8'))
}
