/** An id of GraphQL; opaque to clients, and here as readable as can be. */
export function nodeId(prefix: string, id: number | string): string {
  return `${prefix}_kwDO${id}`
}

/**
 * Ids ascend over all kinds, as on GitHub. They pass 2^31, as those of its issues and comments have: whoever reads them
 * with 32 bits finds out here.
 */
export class Ids {
  #last = 3_100_000_000

  next(): number {
    this.#last += 1
    return this.#last
  }
}
