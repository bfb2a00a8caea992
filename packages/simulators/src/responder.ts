import type { Socket } from 'node:net'
import type { Fault } from './fault-server.ts'

export interface Response {
  readonly status: number
  /** The words behind the status. */
  readonly reason?: string
  /** As they go over the wire, line breaks and all. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** Answers every request in the same way; Content-Length is added unless the headers say how long the body is. */
export function respond(response: Response): Fault {
  return { request: (socket) => socket.write(wireFormat(response)) }
}

/** A response, byte by byte as it is sent. */
export function wireFormat({ status, reason = 'Simulated', headers = {}, body = '' }: Response): Buffer {
  const given = Object.keys(headers).map((name) => name.toLowerCase())
  const framed = given.includes('content-length') || given.includes('transfer-encoding')
  const length = framed ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const lines = Object.entries({ ...headers, ...length }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `HTTP/1.1 ${status} ${reason}\r\n${lines.join('')}\r\n`
  return Buffer.concat([Buffer.from(head, 'latin1'), Buffer.from(body)])
}

export function redirectTo(location: string, status = 302): Fault {
  return respond({ status, headers: { location } })
}

/**
 * Answers the first request with the first fault, the second with the second, and so on; the last one for ever. A fault
 * that waits for no request counts for the connection it meets.
 */
export function sequence(faults: readonly Fault[]): Fault {
  const waiting = [...faults]
  const spent = new WeakSet<Socket>()
  const take = (): Fault | undefined => (waiting.length > 1 ? waiting.shift() : waiting[0])
  return {
    connect: (socket) => {
      if (waiting[0]?.connect === undefined) return
      spent.add(socket)
      take()?.connect?.(socket)
    },
    request: (socket, head) => {
      if (spent.has(socket)) return
      const fault = take()
      if (fault?.request !== undefined) fault.request(socket, head)
      else fault?.connect?.(socket)
    },
  }
}
