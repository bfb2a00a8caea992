import type { Account } from './account.ts'
import { type Ids, nodeId } from './ids.ts'

/** Who does something, and when. */
export interface Act {
  readonly actor: Account
  readonly at: Date
  readonly ids: Ids
}

export interface Edit {
  readonly nodeId: string
  readonly editor: Account
  readonly at: Date
  /** The whole text after the edit: this is what GitHub calls the diff. */
  readonly text: string
  /** Somebody took the text out of the history; the entry stays. */
  deletion?: { readonly actor: Account; readonly at: Date }
}

/** A text that people write and others can change: the body of an issue or of a comment. */
export class Content {
  readonly user: Account
  readonly createdAt: Date
  readonly #edits: Edit[] = []
  #text: string

  constructor({ actor, at }: Act, text: string) {
    this.user = actor
    this.createdAt = at
    this.#text = text
  }

  get text(): string {
    return this.#text
  }

  get editor(): Account | undefined {
    return this.#edits.at(-1)?.editor
  }

  get editedAt(): Date | undefined {
    return this.#edits.at(-1)?.at
  }

  /** Newest first. With the first edit comes an entry for the creation. */
  get edits(): readonly Edit[] {
    return this.#edits.toReversed()
  }

  /** @returns whether anything is different now */
  edit({ actor, at, ids }: Act, text: string): boolean {
    if (text === this.#text) return false
    if (this.#edits.length === 0) this.#record(this.user, this.createdAt, ids)
    this.#text = text
    this.#record(actor, at, ids)
    return true
  }

  /** Takes the texts of all edits out of the history, as their author and every writer can. */
  redact({ actor, at }: Act): void {
    for (const edit of this.#edits) edit.deletion = { actor, at }
  }

  #record(editor: Account, at: Date, ids: Ids): void {
    this.#edits.push({ nodeId: nodeId('UCE', ids.next()), editor, at, text: this.#text })
  }
}
