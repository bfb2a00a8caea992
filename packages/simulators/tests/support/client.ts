import { type Agent, request } from 'node:http'
import { connect } from 'node:net'

export interface Reply {
  readonly status: number
  readonly reason: string
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

/** One GET, on a connection of its own unless there is an agent. */
export function get(url: string, agent: Agent | false = false): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const client = request(url, { agent }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, statusMessage: reason = '', headers } = response
        resolve({ status, reason, headers, body: Buffer.concat(chunks).toString() })
      })
    })
    client.on('error', reject)
    client.end()
  })
}

/** What came over the wire, and how it ended: `open` when the client has left first. */
export interface Wire {
  readonly text: string
  readonly bytes: number
  readonly end: 'closed' | 'reset' | 'open'
}

export interface RawOptions {
  /** Sent once connected; nothing when empty. */
  readonly send?: string
  /** Leaves when that much has come. */
  readonly untilBytes?: number
  /** Leaves after that time. */
  readonly untilMs?: number
}

/** Speaks TCP to a server and writes down what comes back. */
export function raw(
  port: number,
  { send = 'GET / HTTP/1.1\r\nhost: test\r\n\r\n', ...until }: RawOptions = {},
): Promise<Wire> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => socket.write(send))
    let text = ''
    let bytes = 0
    const finish = (end: Wire['end']) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ text, bytes, end })
    }
    const timer = setTimeout(() => finish('open'), until.untilMs ?? 10_000)
    socket.setEncoding('latin1')
    socket.on('data', (chunk) => {
      bytes += chunk.length
      if (text.length < 100_000) text += chunk
      if (bytes >= (until.untilBytes ?? Number.POSITIVE_INFINITY)) finish('open')
    })
    socket.on('end', () => finish('closed'))
    socket.on('error', () => finish('reset'))
  })
}
