import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What webpack says of the modules in a bundle; concatenated ones are nested. */
export interface BundleModule {
  readonly name?: string
  readonly modules?: readonly BundleModule[]
}

/**
 * The licences of all packages in a bundle, in one text. ncc's own list has only what is in the chunk it wrote last.
 * @param root the folder that module names are relative to
 */
export function licensesOf(modules: readonly BundleModule[], root: string): string {
  const folders = new Set(modules.flatMap(packageFolders))
  return [...folders]
    .sort()
    .map((folder) => licenseText(join(root, folder)))
    .join('\n\n')
}

function packageFolders({ name = '', modules = [] }: BundleModule): string[] {
  const own = /^\.\/((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)/.exec(name)?.[1]
  return [...(own === undefined ? [] : [own]), ...modules.flatMap(packageFolders)]
}

function licenseText(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry))
  if (file === undefined) throw new Error(`${name}@${version} has no licence file: it cannot be shipped in a bundle`)
  return `${name}@${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}`
}
