// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what nobody filled in is what is tested here.
import { Malformed } from '@deploy-safety/common/inputs'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { stringify } from 'yaml'
import { parseKubeconfig } from '../../src/cluster-access/kubeconfig.ts'

const secret = 'very-secret-token'

interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly context?: object
  readonly more?: object
}

function config({
  cluster = {},
  user = { token: secret },
  context = {},
  more = {},
}: Parts = {}): Record<string, unknown> {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'prod',
    contexts: [{ name: 'prod', context: { cluster: 'one', user: 'robot', ...context } }],
    clusters: [{ name: 'one', cluster: { server: 'https://k8s.example.com:6443', ...cluster } }],
    users: [{ name: 'robot', user }],
    ...more,
  }
}

const yaml = stringify(config({ context: { namespace: 'shop' } }))
const base64 = Buffer.from(yaml).toString('base64')

describe('a kubeconfig', () => {
  test.each([
    ['YAML', yaml],
    ['JSON', JSON.stringify(config({ context: { namespace: 'shop' } }))],
    ['base64', base64],
    ['base64 in lines', base64.replace(/.{76}/g, '$&\r\n')],
    ['YAML with CRLF', yaml.replaceAll('\n', '\r\n')],
    ['YAML with a document start', `---\n${yaml}`],
  ])('is read as %s', (_, text) => {
    const { server, namespace, context, secrets, program, warnings } = parseKubeconfig(text, undefined)
    expect({ server, namespace, context, secrets, program, warnings }).toEqual({
      server: 'https://k8s.example.com:6443',
      namespace: 'shop',
      context: 'prod',
      secrets: [secret],
      program: undefined,
      warnings: [],
    })
  })

  it('keeps nothing but the context that is used', () => {
    const others = {
      contexts: [...(config()['contexts'] as object[]), { name: 'other', context: { cluster: 'two', user: 'spy' } }],
      clusters: [...(config()['clusters'] as object[]), { name: 'two', cluster: { server: 'http://evil.example' } }],
      users: [
        ...(config()['users'] as object[]),
        { name: 'spy', user: { exec: { command: 'steal' }, token: 'other-token' } },
      ],
    }
    const { text } = parseKubeconfig(JSON.stringify(config({ more: others })), undefined)
    expect(text).not.toMatch(/evil|steal|other/)
    expect(JSON.parse(text)).toMatchObject(config())
    expect(() => parseKubeconfig(JSON.stringify(config({ more: others })), 'other')).toThrow(/not encrypted/)
  })

  it('tells what it would run, what it does not check, and what is secret in it', () => {
    const of = (parts: Parts) => parseKubeconfig(JSON.stringify(config(parts)), undefined)
    expect(of({ user: { exec: { command: 'aws', args: ['eks'] } } }).program).toBe('aws')
    expect(of({ user: { 'auth-provider': { name: 'gcp' } } }).program).toBe('auth-provider gcp')
    expect(of({ cluster: { 'insecure-skip-tls-verify': true } }).warnings).toHaveLength(1)
    const user = { token: 'a', password: 'b', 'client-key-data': 'c', 'client-certificate-data': 'd' }
    expect(of({ user, cluster: { 'proxy-url': 'http://me:p%40ss@proxy:3128' } }).secrets).toEqual([
      'a',
      'b',
      'c',
      'p@ss',
    ])
    expect(of({ cluster: { 'tls-server-name': 'x', 'proxy-url': 'http://proxy:3128' } }).text).toContain(
      'tls-server-name',
    )
  })

  test.each<[string, string, RegExp]>([
    ['a variable', '${{ secrets.KUBECONFIG }}', /nobody filled in/],
    ['a path', '/home/me/.kube/config', /not a kubeconfig/],
    ['a token alone', 'eyJhbGciOi.J9', /not a kubeconfig/],
    ['JSON of a cloud', '{"type":"service_account","private_key":"x"}', /not a kubeconfig/],
    ['no YAML', 'a: b: c: [', /neither YAML/],
    ['plain HTTP', JSON.stringify(config({ cluster: { server: 'http://k8s:8080' } })), /not encrypted/],
    ['no URL', JSON.stringify(config({ cluster: { server: 'k8s' } })), /not a URL/],
    [
      'a password in the URL',
      JSON.stringify(config({ cluster: { server: 'https://a:b@k8s' } })),
      /user name or password/,
    ],
    [
      'a file of an authority',
      JSON.stringify(config({ cluster: { 'certificate-authority': '/etc/ca' } })),
      /refers to a file/,
    ],
    ['a file of a token', JSON.stringify(config({ user: { tokenFile: '/etc/token' } })), /refers to a file/],
    ['a file of a key', JSON.stringify(config({ user: { 'client-key': '/etc/key' } })), /refers to a file/],
    ['no cluster of that name', JSON.stringify(config({ context: { cluster: 'none' } })), /no cluster "none"/],
    ['no user of that name', JSON.stringify(config({ context: { user: 'none' } })), /no user "none"/],
    [
      'two of a name',
      JSON.stringify(
        config({
          more: {
            users: [
              { name: 'robot', user: {} },
              { name: 'robot', user: {} },
            ],
          },
        }),
      ),
      /two users/,
    ],
    ['no context', JSON.stringify(config({ more: { 'current-context': 'none' } })), /no context "none"/],
    [
      'many aliases',
      `clusters: []\na: &a [x,x]\n${'b: [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n'.repeat(1)}${Array.from({ length: 200 }, (_, index) => `c${index}: *a\n`).join('')}`,
      /neither YAML|context/,
    ],
  ])('is refused: %s', (_, text, message) => {
    expect(() => parseKubeconfig(text, undefined)).toThrow(message)
  })

  it('names the contexts that there are', () => {
    expect(() => parseKubeconfig(yaml, 'prdo')).toThrow(
      expect.objectContaining({ accepted: 'Did you mean "prod"? Its contexts are: prod.' }),
    )
    const two = config({
      more: {
        'current-context': '',
        contexts: [
          { name: 'a', context: {} },
          { name: 'b', context: {} },
        ],
      },
    })
    expect(() => parseKubeconfig(JSON.stringify(two), undefined)).toThrow(/no current-context/)
  })

  it('never shows a secret in a message, and never throws anything else', () => {
    const value = fc.constantFrom<unknown>(secret, { token: secret }, [secret], null, 7, '')
    const anyConfig = fc.record({ contexts: value, clusters: value, users: value, 'current-context': value })
    fc.assert(
      fc.property(anyConfig, fc.boolean(), (more, encoded) => {
        const text = JSON.stringify(config({ more }))
        try {
          parseKubeconfig(encoded ? Buffer.from(text).toString('base64') : text, undefined)
        } catch (error) {
          expect(error).toBeInstanceOf(Malformed)
          const isName = more['current-context'] === secret
          if (!isName) expect(String(error)).not.toContain(secret)
        }
      }),
    )
  })
})
