import { Worker } from 'node:worker_threads'
import { type Piece, type PieceOptions, type PieceResult, readPiece } from './piece.ts'

/** Reads pieces, several at a time. Results are given in the order in which they were asked for, by their promises. */
export interface Pool {
  read(piece: Piece): Promise<PieceResult>
  close(): Promise<void>
}

/** What a worker answers. */
export type WorkerAnswer = { readonly result: PieceResult } | { readonly error: unknown }

/** Everything in this thread, one piece after the other. */
export function ownThread(options: PieceOptions): Pool {
  let before: Promise<unknown> = Promise.resolve()
  return {
    read: (piece) => {
      const result = before.then(() => readPiece(piece, options))
      before = result.catch(() => undefined)
      return result
    },
    close: async () => undefined,
  }
}

interface Task {
  readonly piece: Piece
  readonly resolve: (result: PieceResult) => void
  readonly reject: (error: unknown) => void
}

/**
 * Takes a piece at a time. What is read here blocks this thread, so that a worker that gets free meanwhile waits for its next piece: there
 * is one for each thread as a rule.
 */
type Lane = (piece: Piece) => Promise<PieceResult>

/**
 * Several threads that take a piece each as they get free. This one is one of them: a worker costs as much memory as all that it reads,
 * and tens of milliseconds before it begins.
 * @param workerUrl the bundle, or source, of `worker.ts`
 */
export function workerPool(workerUrl: URL, threads: number, options: PieceOptions): Pool {
  const waiting: Task[] = []
  const workers: Worker[] = []
  const idle: Lane[] = []
  const own: Lane = async (piece) => {
    // The workers are given theirs before.
    await new Promise(setImmediate)
    return readPiece(piece, options)
  }
  const newLane = (): Lane => {
    const worker = started(workers, workerUrl)
    return async (piece) => {
      const answer = await ask(worker, { piece, options })
      if ('error' in answer) throw answer.error
      return answer.result
    }
  }
  const next = (lane: Lane) => {
    const task = waiting.shift()
    if (task === undefined) idle.push(lane)
    else
      void lane(task.piece)
        .then(task.resolve, task.reject)
        .then(() => next(lane))
  }
  idle.push(own)
  return {
    read: (piece) =>
      new Promise((resolve, reject) => {
        waiting.push({ piece, resolve, reject })
        const free = idle.pop() ?? (workers.length + 1 < threads ? newLane() : undefined)
        if (free !== undefined) next(free)
      }),
    close: async () => {
      await Promise.all(workers.map((worker) => worker.terminate()))
    },
  }
}

function started(workers: Worker[], url: URL): Worker {
  const worker = new Worker(url, { resourceLimits: { maxYoungGenerationSizeMb: 4 } })
  workers.push(worker)
  return worker
}

function ask(worker: Worker, message: unknown): Promise<WorkerAnswer> {
  return new Promise((resolve, reject) => {
    const settle = () => worker.off('message', answered).off('error', failed).off('exit', exited)
    const answered = (answer: WorkerAnswer) => {
      settle()
      resolve(answer)
    }
    const failed = (error: unknown) => {
      settle()
      reject(error)
    }
    const exited = (code: number) => failed(new Error(`A reading thread ended by itself with ${code}`))
    worker.on('message', answered).on('error', failed).on('exit', exited)
    worker.postMessage(message)
  })
}
