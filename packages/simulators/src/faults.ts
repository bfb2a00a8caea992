import type { Socket } from 'node:net'
import { compressedZeros } from './compressed-zeros.ts'
import type { Fault } from './fault-server.ts'
import { hostileHeaderValues, hostileText } from './hostile-text.ts'
import { redirectTo, respond, wireFormat } from './responder.ts'

/** The pause between two bytes of a fault that drips. */
export const dripIntervalMs = 50

const okHead = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain; charset=utf-8\r\n'
/** The head of an answer whose body never ends. */
export const endlessHead = `${okHead}transfer-encoding: chunked\r\n\r\n`
const partialAnswer = `${okHead}content-length: 1000\r\n\r\nonly a part`

/** What a server can do to its clients. Start one with `startFault`, or several in turn with `sequence`. */
export const faults = {
  /** Accepts, reads, never answers. */
  silentAccept: {},
  /** The headers of an answer, byte by byte, without end. */
  dripHeaders: { request: (socket) => drip(socket, okHead, 'x-drip: drop\r\n') },
  /** An answer whose body comes byte by byte, without end. */
  dripBody: { request: (socket) => drip(socket, '', '1\r\n.\r\n', endlessHead) },
  /** A part of the body, then RST. */
  resetMidBody: {
    request: (socket) => {
      socket.write(partialAnswer)
      // An RST sent along with data may overtake it at the other end.
      const timer = setTimeout(() => socket.resetAndDestroy(), 20)
      socket.on('close', () => clearTimeout(timer))
    },
  },
  /** A part of the body, then FIN, though Content-Length promised more. */
  closeMidBody: { request: (socket) => socket.end(partialAnswer) },
  /** Closes a connection as soon as it stands. */
  closeAtOnce: { connect: (socket) => socket.destroy() },
  /** Resets a connection as soon as it stands. */
  resetAtOnce: { connect: (socket) => socket.resetAndDestroy() },
  /** Closes its side when a request has come, and goes on listening. */
  halfOpenBeforeAnswer: { request: (socket) => socket.end() },
  /** Closes its side after the headers, which promise a body. */
  halfOpenAfterHeaders: { request: (socket) => socket.end(`${okHead}content-length: 1000\r\n\r\n`) },
  /** 200 kB that unpack to 200 MiB. */
  gzipBomb: {
    request: (socket) => {
      const body = compressedZeros(200)
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
      socket.write(wireFormat({ status: 200, headers, body }))
    },
  },
  /** Says gzip, and is not. */
  malformedGzip: respond({ status: 200, headers: { 'content-encoding': 'gzip' }, body: 'This was never compressed.' }),
  /** A body without end, as fast as it is read. */
  endlessBody: { request: (socket) => flood(socket) },
  /** 200 with a body that tries to give orders to the runner, a terminal, Markdown and HTML. */
  injectedBody: respond({
    status: 200,
    headers: { 'content-type': 'text/plain; charset=utf-8' },
    body: hostileText,
  }),
  /** The same in the reason phrase and in headers, as far as HTTP parsers let it through. */
  injectedHeaders: respond({
    status: 500,
    reason: '##[set-output name=outcome;]healthy',
    headers: {
      'x-version': '::error::injected',
      location: '##[error]injected',
      ...Object.fromEntries(hostileHeaderValues.map((value, index) => [`x-hostile-${index}`, value])),
    },
    body: 'See the headers.',
  }),
  /** A header with a bare CR in it, which a strict parser refuses. */
  injectedHeaderCr: respond({ status: 200, headers: { 'x-version': '1.0.0\r::error::cr' }, body: 'See the headers.' }),
  /** A redirect to itself. */
  redirectLoop: redirectTo('/'),
  /** Another protocol, whose server speaks first. */
  notHttp: { connect: (socket) => socket.write('SSH-2.0-OpenSSH_9.9\r\n') },
} satisfies Record<string, Fault>

/** Sends a text, then another one over and over, a byte at a time; `head` goes before them at once. */
function drip(socket: Socket, text: string, repeated: string, head = ''): void {
  let sent = 0
  if (head !== '') socket.write(head)
  const timer = setInterval(() => {
    const index = sent < text.length ? sent : (sent - text.length) % repeated.length
    socket.write((sent < text.length ? text : repeated).charAt(index))
    sent += 1
  }, dripIntervalMs)
  socket.on('close', () => clearInterval(timer))
}

const chunk = `10000\r\n${'x'.repeat(0x10000)}\r\n`

function flood(socket: Socket): void {
  const pour = () => {
    while (!socket.destroyed && socket.write(chunk)) {
      // Until the other side does not keep up.
    }
  }
  socket.write(endlessHead)
  socket.on('drain', pour)
  pour()
}
