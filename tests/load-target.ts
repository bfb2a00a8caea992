import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** How a request is answered; what is left out: at once, and with 200. */
export interface Answer {
  readonly delayMs?: number
  readonly status?: number
}

/** A service under load, that counts what it answered. */
export interface LoadTarget extends AsyncDisposable {
  readonly url: string
  /** Answers that went out whole. */
  readonly served: { requests: number; failed: number }
}

/** Starts it on loopback. @param answerTo by the number of the request, from 1: whatever the speed of the machine, it is the same */
export async function startLoadTarget(answerTo: (count: number) => Answer): Promise<LoadTarget> {
  const served = { requests: 0, failed: 0 }
  let count = 0
  const server = createServer((_, response) => {
    count += 1
    const { delayMs = 0, status = 200 } = answerTo(count)
    const send = () => response.writeHead(status, { 'content-type': 'text/plain' }).end('answer')
    const timer = delayMs === 0 ? undefined : setTimeout(send, delayMs)
    if (timer === undefined) send()
    response.on('close', () => {
      clearTimeout(timer)
      if (!response.writableFinished) return
      served.requests += 1
      if (status >= 400) served.failed += 1
    })
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    served,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
