import { describe, expect, it } from 'vitest'
import { judge } from '../src/expectation.ts'
import { observeVersion } from '../src/version.ts'
import { parseVersionSource } from '../src/version-source.ts'
import { bodyOf, expecting, responseOf } from './support/made.ts'

/** What services say of themselves, in the forms in which their frameworks say it. */

const sha = '3f9c1e7ab04d5586c1e2f3a4b5c6d7e8f9a0b1c2'
const short = sha.slice(0, 7)
const other = '9e8d7c6b5a49382716050f1e2d3c4b5a69788796'

interface Said {
  readonly headers?: Record<string, string>
  readonly from?: string
}

/** `healthy <place>`, `wrong-version <observed> <place>`, or `version-missing <what the message advises>`. */
function outcome(expectedVersion: string, said: unknown, { headers = {}, from = 'auto' }: Said): string {
  const versionFrom = parseVersionSource(from)
  const body = bodyOf(typeof said === 'string' ? said : JSON.stringify(said))
  const observedVersion = observeVersion(versionFrom, { headers, body }, expectedVersion)
  const failure = judge(responseOf({ headers, body, observedVersion }), expecting({ expectedVersion, versionFrom }))
  if (failure === undefined) return `healthy ${observedVersion?.place}`
  if (failure.reasonCode === 'wrong-version') return `wrong-version ${observedVersion?.text} ${observedVersion?.place}`
  return `${failure.reasonCode} ${/set "(version-from: .*)"/.exec(failure.detail)?.[1] ?? ''}`.trim()
}

const springSimple = {
  app: { name: 'shop' },
  git: { branch: 'main', commit: { id: short, time: '2026-05-01T10:00:00Z' } },
  build: { artifact: 'shop', group: 'com.example', name: 'shop', time: '2026-05-01T10:02:00Z', version: '1.4.0' },
  java: { version: '21.0.3', vendor: { name: 'Eclipse Adoptium' }, jvm: { name: 'OpenJDK', version: '21.0.3+9' } },
  os: { name: 'Linux', version: '6.8.0-1021', arch: 'amd64' },
}
const springFull = {
  git: {
    branch: 'main',
    build: { host: 'ci', version: '1.4.0', user: { name: '', email: '' } },
    commit: {
      id: { abbrev: short, full: sha, describe: `v1.4.0-12-g${short}`, 'describe-short': 'v1.4.0-12' },
      message: { full: `Revert ${other}`, short: 'Revert' },
      time: '2026-05-01T10:00:00Z',
    },
    dirty: 'false',
  },
}
const kubernetes = {
  major: '1',
  minor: '30',
  gitVersion: 'v1.30.2',
  gitCommit: sha,
  gitTreeState: 'clean',
  goVersion: 'go1.22.4',
  platform: 'linux/amd64',
}
const healthDraft = {
  status: 'pass',
  version: '1',
  releaseId: '1.2.2',
  serviceId: 'f03e522f-1f44-4062-9b55-9587f91c9c41',
  checks: { 'cassandra:responseTime': [{ componentType: 'datastore', observedValue: 250, version: '4.1' }] },
}
const healthType = { headers: { 'content-type': 'application/health+json; charset=utf-8' } }
const goBuildInfo = {
  GoVersion: 'go1.24.1',
  Path: 'example.com/shop',
  Main: { Path: 'example.com/shop', Version: 'v1.4.0' },
  Settings: [
    { Key: 'vcs', Value: 'git' },
    { Key: 'vcs.revision', Value: sha },
  ],
}
const nodePackage = {
  name: 'shop',
  node: { version: '24.1.0' },
  dependencies: { express: '5.1.0', zod: { version: '1.4.0' } },
  devDependencies: { vitest: '5.0.0' },
}
const prometheus = {
  status: 'success',
  data: { version: '2.53.0', revision: sha, branch: 'HEAD', buildUser: 'root@x', goVersion: 'go1.22.4' },
}
const page = (inside: string) => `<!doctype html>\n<html><head>${inside}</head><body>nginx 1.25.3</body></html>\n`

type Row = readonly [name: string, expected: string, said: unknown, outcome: string, rest?: Said]

const rows: readonly Row[] = [
  ['Spring Boot, version', '1.4.0', springSimple, 'healthy $.build.version'],
  ['Spring Boot, commit', sha, springSimple, 'healthy $.git.commit.id'],
  ['Spring Boot, another commit', other, springSimple, `wrong-version ${short} $.git.commit.id`],
  ['Spring Boot, the version of Java', '21.0.3', springSimple, 'wrong-version 1.4.0 $.build.version'],
  ['Spring Boot, full', sha, springFull, 'healthy $.git.commit.id.full'],
  ['Spring Boot, full, short commit', short, springFull, 'healthy $.git.commit.id.full'],
  ['Spring Boot, full, version', '1.4.0', springFull, 'healthy $.git.build.version'],
  ['Spring Boot, full, in the message', other, springFull, `wrong-version ${sha} $.git.commit.id.full`],
  ['Spring Boot, abbrev', sha, { git: { commit: { id: { abbrev: short } } } }, 'healthy $.git.commit.id.abbrev'],
  [
    'Spring Boot, empty',
    '1.4.0',
    { java: { version: '21' }, os: { version: '1.4.0' } },
    'version-missing version-from: json:$.os.version',
  ],
  [
    'git-commit-id',
    sha,
    { 'git.branch': 'main', 'git.commit.id': sha },
    "version-missing version-from: json:$['git.commit.id']",
  ],
  ['.NET, version', '1.4.0', { version: `1.4.0+${sha}` }, 'healthy $.version'],
  ['.NET, commit', sha, { version: `1.4.0+${sha}` }, 'healthy $.version'],
  ['.NET, another commit', other, { version: `1.4.0+${sha}` }, `wrong-version 1.4.0+${sha} $.version`],
  [
    '.NET, informational',
    '1.4.0',
    { informationalVersion: `1.4.0+${sha}` },
    'version-missing version-from: json:$.informationalVersion',
  ],
  ['GitVersion', sha, { version: `1.4.0+Branch.main.Sha.${sha}` }, 'healthy $.version'],
  [
    'expvar',
    '1.4.0',
    { cmdline: ['/shop'], memstats: { Alloc: 1 }, version: '1.4.0', goversion: 'go1.22' },
    'healthy $.version',
  ],
  [
    'expvar without',
    '1.4.0',
    { cmdline: ['/shop', '1.4.0'], memstats: {} },
    'version-missing version-from: json:$.cmdline[1]',
  ],
  ['Go build info, commit', sha, goBuildInfo, 'version-missing version-from: json:$.Settings[1].Value'],
  ['Go build info, version', '1.4.0', goBuildInfo, 'version-missing version-from: json:$.Main.Version'],
  ['Rails', sha, { status: 'ok', revision: short }, 'healthy $.revision'],
  ['Rails, REVISION file', sha, { status: 'ok', REVISION: `${sha}\n` }, 'healthy $.REVISION'],
  ['health draft, release', '1.2.2', healthDraft, 'healthy $.releaseId', healthType],
  ['health draft, API', '1', healthDraft, 'wrong-version 1.2.2 $.releaseId', healthType],
  [
    'health draft, plain type',
    '1',
    healthDraft,
    'healthy $.version',
    { headers: { 'content-type': 'application/json' } },
  ],
  [
    'health draft, commit',
    sha,
    { status: 'pass', version: '1', releaseId: sha },
    'healthy $.releaseId',
    { headers: { 'content-type': 'Application/Health+JSON' } },
  ],
  ['Kubernetes', '1.30.2', kubernetes, 'healthy $.gitVersion'],
  ['Kubernetes, commit', sha, kubernetes, 'healthy $.gitCommit'],
  ['Kubernetes, k3s', 'v1.30.2', { gitVersion: 'v1.30.2+k3s1' }, 'healthy $.gitVersion'],
  [
    'Kubernetes, release candidate',
    '1.30.2',
    { gitVersion: 'v1.30.2-rc.1' },
    'wrong-version v1.30.2-rc.1 $.gitVersion',
  ],
  ['Next', 'Xk3_PqZ9aB', { buildId: 'Xk3_PqZ9aB' }, 'version-missing version-from: json:$.buildId'],
  [
    'Vercel',
    sha,
    { env: 'production', VERCEL_GIT_COMMIT_SHA: sha },
    'version-missing version-from: json:$.VERCEL_GIT_COMMIT_SHA',
  ],
  ['package of Node, without a version', '24.1.0', nodePackage, 'version-missing version-from: json:$.node.version'],
  ['package of Node', '1.4.0', { ...nodePackage, version: '1.4.0' }, 'healthy $.version'],
  ['versions', '24.1.0', { versions: { node: '24.1.0' } }, 'version-missing version-from: json:$.versions.node'],
  [
    'os first',
    '1.4.0',
    { os: { version: '6.8.0' }, db: { version: '16.3' }, php: { version: '8.4' }, version: '1.4.0' },
    'healthy $.version',
  ],
  ['data', '2.53.0', prometheus, 'healthy $.data.version'],
  ['data, commit', sha, prometheus, 'healthy $.data.revision'],
  ['nested', '1.4.0', { info: { build: { version: '1.4.0' } } }, 'healthy $.info.build.version'],
  ['array', '1.4.0', [{ version: '1.4.0' }], 'version-missing version-from: json:$[0].version'],
  ['array below', '1.4.0', { data: [{ version: '1.4.0' }] }, 'version-missing version-from: json:$.data[0].version'],
  ['number', '2', { version: 2 }, 'healthy $.version'],
  ['number with a part', '1.5', { version: 1.5 }, 'healthy $.version'],
  ['build number', '4711', { version: 4712 }, 'wrong-version 4712 $.version'],
  ['BUILD_SHA', sha, { BUILD_SHA: sha }, 'healthy $.BUILD_SHA'],
  ['git_sha', sha, { version: '1.4.0', git_sha: short }, 'healthy $.git_sha'],
  ['commit-hash', sha, { 'commit-hash': sha }, "healthy $['commit-hash']"],
  ['App-Version', '1.4.0', { Status: 'UP', 'App-Version': 'v1.4.0' }, "healthy $['App-Version']"],
  ['Sentry', '1.2.3', { Release: 'shop@1.2.3' }, 'healthy $.Release'],
  ['Sentry, build', '1.2.3', { release: 'shop@1.2.3+45' }, 'healthy $.release'],
  ['Sentry, commit', sha, { release: `shop@${sha}` }, 'healthy $.release'],
  ['Sentry, another', '1.2.3', { release: 'shop@11.2.3' }, 'wrong-version shop@11.2.3 $.release'],
  ['image tag', sha, { version: `sha-${short}` }, 'healthy $.version'],
  ['image tag of a branch', sha, { version: `main-${short}` }, 'healthy $.version'],
  ['describe', sha, { version: `v1.4.0-12-g${short}` }, 'healthy $.version'],
  ['describe, version', '1.4.0', { version: `v1.4.0-12-g${short}` }, `wrong-version v1.4.0-12-g${short} $.version`],
  [
    'describe, dirty',
    sha,
    { version: `v1.4.0-12-g${short}-dirty` },
    `wrong-version v1.4.0-12-g${short}-dirty $.version`,
  ],
  ['setuptools-scm', sha, { version: `1.4.1.dev12+g${short}` }, 'healthy $.version'],
  [
    'setuptools-scm, dirty',
    sha,
    { version: `1.4.1.dev12+g${short}.d20260501` },
    `wrong-version 1.4.1.dev12+g${short}.d20260501 $.version`,
  ],
  ['versioneer', sha, { version: `1.4.0+12.g${short}` }, 'healthy $.version'],
  ['Grafana', '11.1.0', { commit: short, database: 'ok', version: '11.1.0' }, 'healthy $.version'],
  [
    'Elasticsearch',
    '8.14.1',
    { name: 'a', version: { number: '8.14.1' } },
    'version-missing version-from: json:$.version.number',
  ],
  ['OpenAPI', '1.4.0', { openapi: '3.1.0', info: { title: 'shop', version: '1.4.0' } }, 'healthy $.info.version'],
  ['JSON:API', '1.4.0', { jsonapi: { version: '1.1' }, meta: { version: '1.4.0' } }, 'healthy $.meta.version'],
  ['placeholder, then commit', sha, { version: 'unknown', sha }, 'healthy $.sha'],
  [
    'placeholder, then version',
    '1.4.0',
    { version: 'N/A', release: `\${RELEASE}`, app: { version: '1.4.0' } },
    'healthy $.app.version',
  ],
  ['commit without a value', sha, { commit: 'undefined', version: short }, 'healthy $.version'],
  ['unfilled', sha, { git: { commit: { id: '@git.commit.id@' } } }, 'version-missing'],
  ['own name', sha, { app: { rev: sha } }, 'version-missing version-from: json:$.app.rev'],
  ['odd names', sha, { 'a b': { "it's": sha } }, "version-missing version-from: json:$['a b']['it\\'s']"],
  ['in a sentence', sha, { message: `deployed ${short} today` }, 'version-missing version-from: body'],
  [
    'named, but not there',
    sha,
    { app: { rev: sha } },
    'version-missing version-from: json:$.app.rev',
    { from: 'json:$.app.sha' },
  ],
  [
    'header instead of JSON',
    sha,
    { commit: sha },
    'version-missing version-from: json:$.commit',
    { from: 'header:x-commit' },
  ],
  [
    'header with another name',
    sha,
    { ok: true },
    'version-missing version-from: header:x-build',
    { headers: { 'x-build': short } },
  ],
  ['header', '1.4.0', { version: '1.3.0' }, 'healthy header x-version', { headers: { 'x-version': 'v1.4.0' } }],
  [
    'header without a value',
    '1.4.0',
    { version: '1.4.0' },
    'healthy $.version',
    { headers: { 'x-version': 'dev', 'x-commit': 'None' } },
  ],
  ['text', '1.4.0', 'v1.4.0\n', 'healthy body'],
  ['text with build metadata', '1.4.0', `1.4.0+${short}\n`, 'healthy body'],
  ['text with a commit', sha, `shop 1.4.0 (${short})`, 'healthy body'],
  ['text of several lines', '1.4.0', 'name=shop\nversion=1.4.0\n', 'version-missing version-from: body'],
  ['text of several lines, named', '1.4.0', 'name=shop\nversion=1.4.0\n', 'healthy body', { from: 'body' }],
  ['text that nobody filled in', sha, `\${GIT_SHA1}`, 'version-missing'],
  ['text that nobody filled in, named', sha, '%GIT_SHA1%\n', 'version-missing', { from: 'body' }],
  ['sentence', '2.0.0', 'This is shop 2.0.0.', 'healthy body'],
  ['Docker, text', sha, `sha-${short}`, 'healthy body'],
  ['page', '1.4.0', page('<meta name="version" content="1.4.0">'), 'version-missing version-from: body'],
  ['page, named', '1.4.0', page('<meta name="version" content="1.4.0">'), 'healthy body', { from: 'body' }],
  ['page, comment', sha, page(`<!-- build ${sha} -->`), 'healthy body', { from: 'body' }],
  [
    'page, asset',
    'index-Dm1dxfK-.js',
    page('<script src="/assets/index-Dm1dxfK-.js"></script>'),
    'healthy body',
    { from: 'body' },
  ],
  [
    'page, hash of an asset',
    'Dm1dxfK',
    page('<script src="/assets/index-Dm1dxfK-.js"></script>'),
    'healthy body',
    { from: 'body' },
  ],
  [
    'page, whole hash of an asset',
    'Dm1dxfK-',
    page('<script src="/assets/index-Dm1dxfK-.js"></script>'),
    'healthy body',
    { from: 'body' },
  ],
  [
    'page, hash before .js',
    'BtKp1vVn',
    page('<script src="/assets/index-BtKp1vVn.js"></script>'),
    'healthy body',
    { from: 'body' },
  ],
  [
    'page, webpack',
    '3f9c1e7a',
    page('<script src="/static/js/main.3f9c1e7a.chunk.js"></script>'),
    'healthy body',
    { from: 'body' },
  ],
  [
    'page, old asset',
    'Dm1dxfK',
    page('<script src="/assets/index-Dm1dxfKx.js"></script>'),
    'wrong-version 1.25.3 body',
    { from: 'body' },
  ],
  ['page, only of the server', '1.25', page(''), 'wrong-version 1.25.3 body', { from: 'body' }],
]

describe('a document that says its version', () => {
  it.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, expected, said, result, rest = {}]) => {
    expect(outcome(expected, said, rest)).toBe(result)
  })
})
