import { type Fault, startFault } from '@deploy-safety/simulators/fault-server'
import { wireFormat } from '@deploy-safety/simulators/responder'
import { runAction } from '@deploy-safety/simulators/runner'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { said } from '../bundle.ts'
import { brief, folder, meetsContract } from './check.ts'

/** Sends every header of the request back, in the place that the path names, as services and their error pages do. */
const echo: Fault = {
  request: (socket, head) => {
    const [first = '', ...lines] = head.trimEnd().split('\r\n')
    const headers = Object.fromEntries(
      lines.map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
    )
    const [, place = ''] = /^\S+ \/(\w*)/.exec(first) ?? []
    const secrets = Object.entries(headers)
      .filter(([name]) => /^(x-|authorization|cookie)/i.test(name))
      .map(([, value]) => value)
    const all = secrets.join(' ')
    const responses: Record<string, Parameters<typeof wireFormat>[0]> = {
      json: { status: 500, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ headers, first }) },
      text: { status: 500, body: `you sent ${first} with ${all}` },
      length: { status: 500, body: `${'x'.repeat(990)}${all}` },
      version: { status: 200, headers: { 'x-version': all } },
      node: { status: 200, body: JSON.stringify(secrets) },
      path: { status: 302, headers: { location: `/elsewhere/${all}` } },
      encoded: { status: 302, headers: { location: `/elsewhere/${encodeURIComponent(all)}?token=${all}` } },
      away: { status: 302, headers: { location: `http://localhost:1/${all}` } },
      nowhere: { status: 302, headers: { location: `http://[${all}` } },
    }
    socket.end(wireFormat(responses[place] ?? { status: 404 }))
  },
}

const places = ['json', 'text', 'length', 'version', 'node', 'path', 'encoded', 'away', 'nowhere']

function targetsAt(origin: string, query: string): string {
  const asked = {
    version: ', expect-version: "1.2.3", version-from: "header:x-version"',
    node: ', expect-json: "$[*] == 1"',
  } as Readonly<Record<string, string>>
  return places
    .map((place) => `- { name: ${place}, url: "${origin}/${place}?token=${query}"${asked[place] ?? ''} }`)
    .join('\n')
}

/** Printed by ourselves, before the runner takes out what it was told to mask. */
function printed(stdout: string): string {
  return stdout.replace(/^::add-mask::.*$/gm, '')
}

const secret = fc.stringMatching(/^[!-~](?:[ -~]{10,30})[!-~]$/).filter((text) => !/ {2}|\*\*\*/.test(text))
const word = fc.stringMatching(/^[\w+/=.-]{12,30}$/)

it('a secret that the service sends back is seen nowhere', async () => {
  await using server = await startFault(echo)
  await fc.assert(
    fc.asyncProperty(secret, word, word, fc.stringMatching(/^\w{12,20}$/), async (bypass, token, cookie, query) => {
      const run = meetsContract(
        await runAction({
          folder,
          inputs: {
            ...brief,
            attempts: '1',
            targets: targetsAt(server.url, query),
            headers: `x-vercel-protection-bypass: ${bypass}\nAuthorization: Bearer ${token}\nCookie: theme=dark; sid=${cookie}`,
          },
        }),
      )
      expect(run.outputs['failed-targets']).toBe(places.join(','))
      expect(run.masks).toEqual(expect.arrayContaining([bypass, token, cookie, query]))
      const seen = `${printed(run.stdout)}${said(run)}`
      for (const value of [bypass, token, cookie, query]) {
        for (const spelling of [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value)])
          expect(seen).not.toContain(spelling)
      }
    }),
    { numRuns: 12 },
  )
})
