import { createHash } from 'node:crypto'
import type { Account } from './account.ts'

export interface Commit {
  readonly sha: string
  readonly message: string
  /** Null when the e-mail address of the commit belongs to no account. */
  readonly author: Account | null
  readonly committer: Account | null
  readonly parents: readonly string[]
  readonly date: Date
}

export interface CommitOptions {
  readonly message?: string
  readonly author?: Account | null
  readonly committer?: Account | null
  readonly parents?: readonly string[]
  readonly date?: Date
}

export interface Ref {
  /** In full: `refs/tags/v1`. */
  readonly name: string
  readonly sha: string
  /** An annotated tag is an object of its own that points to the commit. */
  readonly tagSha?: string
}

/** The commits, branches and tags of a repository. */
export class Git {
  readonly #commits = new Map<string, Commit>()
  readonly #refs = new Map<string, Ref>()

  commit(options: CommitOptions = {}): string {
    const { message = `Change ${this.#commits.size + 1}`, author = null, parents = [], date = new Date(0) } = options
    const sha = sha1(`${this.#commits.size} ${message} ${parents.join(' ')}`)
    const committer = options.committer === undefined ? author : options.committer
    this.#commits.set(sha, { sha, message, author, committer, parents, date })
    return sha
  }

  /** Makes a branch, or moves it. */
  branch(name: string, sha: string): void {
    this.#refs.set(`refs/heads/${name}`, { name: `refs/heads/${name}`, sha })
  }

  tag(name: string, sha: string, { annotated = false } = {}): void {
    const tagSha = annotated ? { tagSha: sha1(`tag ${name} ${sha}`) } : {}
    this.#refs.set(`refs/tags/${name}`, { name: `refs/tags/${name}`, sha, ...tagSha })
  }

  deleteRef(name: string): void {
    this.#refs.delete(name)
  }

  ref(name: string): Ref | undefined {
    return this.#refs.get(name)
  }

  /** A sha, `heads/main`, `tags/v1`, a full ref, or a bare name, of which a branch is preferred. */
  resolve(revision: string): Commit | undefined {
    const names = [revision, `refs/${revision}`, `refs/heads/${revision}`, `refs/tags/${revision}`]
    const ref = names.map((name) => this.#refs.get(name)).find((found) => found !== undefined)
    return this.#commits.get(ref?.sha ?? revision)
  }

  commitOf(sha: string): Commit | undefined {
    return this.#commits.get(sha)
  }

  /** The commit and all before it, newest first. */
  history(sha: string): Commit[] {
    const found = new Map<string, Commit>()
    const waiting = [sha]
    for (const next of waiting) {
      const commit = this.#commits.get(next)
      if (commit === undefined || found.has(next)) continue
      found.set(next, commit)
      waiting.push(...commit.parents)
    }
    return [...found.values()]
  }
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex')
}
