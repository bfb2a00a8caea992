/** What a function throws, which has to be of the given class. */
export function thrownBy<T extends Error>(action: () => unknown, type: new (...args: never[]) => T): T {
  let result: unknown
  try {
    result = action()
  } catch (error) {
    if (error instanceof type) return error
    throw error
  }
  throw new Error(`Expected ${type.name} to be thrown, but got ${JSON.stringify(result)}`)
}

/** How long it took, in milliseconds. What grows with the square of a hostile text shows in it. */
export function timeOf(action: () => void): number {
  const start = performance.now()
  action()
  return performance.now() - start
}
