import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'

const prefix = 'rollback-private-'

/** A fresh folder that only this user can look into, for what has secrets in it. */
export class PrivateFolder {
  readonly path: string

  constructor(parent = process.env.RUNNER_TEMP || tmpdir()) {
    // mkdtemp makes it with mode 0700.
    this.path = mkdtempSync(join(resolve(parent), prefix))
  }

  /** Writes a file with mode 0600, and returns its path. */
  write(name: string, text: string): string {
    const path = join(this.path, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  remove(): void {
    removePrivateFolder(this.path)
  }
}

/** Does some work with such a folder, and removes it whatever becomes of the work. */
export type InFolder = <T>(work: (folder: PrivateFolder) => Promise<T>) => Promise<T>

/** @param keepForPost is told where it is: the post step removes it when this one is killed */
export function inPrivateFolder(keepForPost: (name: string, value: string) => void): InFolder {
  return async (work) => {
    const folder = new PrivateFolder()
    keepForPost('folder', folder.path)
    try {
      return await work(folder)
    } finally {
      folder.remove()
    }
  }
}

/** Removes a folder that an earlier process left, and nothing else, whatever the text says. */
export function removePrivateFolder(path: string): boolean {
  const parent = resolve(process.env.RUNNER_TEMP || tmpdir())
  if (dirname(path) !== parent || !basename(path).startsWith(prefix)) return false
  rmSync(path, { recursive: true, force: true, maxRetries: 3 })
  return true
}
