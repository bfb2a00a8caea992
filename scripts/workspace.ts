import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Contract } from '@deploy-safety/common/contract'
import { parse } from 'yaml'

export const root = resolve(import.meta.dirname, '..')

/** The names of all actions that are released, by listing their folders: a new one is found without being named anywhere. */
export function actionNames(): string[] {
  return readdirSync(join(root, 'actions'))
    .filter((name) => existsSync(join(actionFolder(name), 'action.yml')))
    .sort()
}

/** What a new action is copied from: built, documented and tested as an action is, and never released. */
export const templateName = 'template'

export function actionFolder(name: string): string {
  return name === templateName ? join(root, name) : join(root, 'actions', name)
}

export async function readContract(name: string): Promise<Contract> {
  const { contract } = await import(pathToFileURL(join(actionFolder(name), 'src', 'contract.ts')).href)
  return contract
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
