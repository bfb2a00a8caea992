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

/**
 * How long it kept the processor busy, in milliseconds. What grows with the square of a hostile text shows in it, and
 * what else runs on the machine does not.
 */
export function timeOf(action: () => void): number {
  const before = process.threadCpuUsage()
  action()
  const { user, system } = process.threadCpuUsage()
  return (user - before.user + system - before.system) / 1_000
}
