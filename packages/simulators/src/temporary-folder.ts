import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atExit } from './at-exit.ts'

/** A fresh folder; gone when it is disposed of, and at the latest when this process ends. */
export interface TemporaryFolder {
  /** Without symbolic links, as a child process sees its working directory. */
  readonly path: string
  remove(): void
}

export function temporaryFolder(name: string): TemporaryFolder {
  const path = mkdtempSync(join(realpathSync(tmpdir()), `${name}-`))
  // A child that was just killed may hold a file for a moment on Windows.
  const erase = () => rmSync(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 })
  const release = atExit(erase)
  return {
    path,
    remove: () => {
      erase()
      release()
    },
  }
}
