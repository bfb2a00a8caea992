/** What the system says of a file, without its code and call: `permission denied`; undefined for any other error. */
export function systemProblem(error: unknown): string | undefined {
  // Of an error of another thread only the message is left.
  return error instanceof Error ? /^E[A-Z\d]+: ([^,]+)/.exec(error.message)?.[1] : undefined
}
