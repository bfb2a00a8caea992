/**
 * Runs `cleanup` when this process ends, unless the returned function has been called before. A worker of a test runner
 * is ended by SIGTERM, without `exit`. After a SIGKILL, and on Windows, where no signal arrives, nothing can be done:
 * whoever may be ended so calls `cleanUp` before.
 */
export function atExit(cleanup: () => void): () => void {
  if (cleanups.size === 0) listen()
  // A wrapper of its own: the same function may be given twice.
  const entry = () => cleanup()
  cleanups.add(entry)
  return () => {
    cleanups.delete(entry)
    if (cleanups.size === 0) unlisten()
  }
}

const cleanups = new Set<() => void>()
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function listen(): void {
  process.on('exit', cleanUp)
  for (const signal of signals) process.on(signal, endBySignal)
}

function unlisten(): void {
  process.off('exit', cleanUp)
  for (const signal of signals) process.off(signal, endBySignal)
}

/** Does it now, the last first: an action is dead before the folder goes that it writes to. */
export function cleanUp(): void {
  for (const cleanup of [...cleanups].reverse()) {
    try {
      cleanup()
    } catch {
      // The others still get their turn.
    }
  }
  cleanups.clear()
  unlisten()
}

/** A listener keeps the signal from ending the process, so it is sent again once ours is gone. */
function endBySignal(signal: NodeJS.Signals): void {
  // Whoever else listens decides what becomes of the process; `exit` still comes.
  if (process.listenerCount(signal) > 1) return
  cleanUp()
  process.kill(process.pid, signal)
}
