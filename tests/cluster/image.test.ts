import { describe, expect, test } from 'vitest'
import { behaviourOf, runtimeNames } from './kubelet/image.ts'

describe('behaviourOf', () => {
  const digest = `sha256:${'0'.repeat(64)}`

  test.for([
    'app',
    'app:latest',
    'app:1.2.3',
    'app:v2',
    'app:healthy',
    'app:1.2.3-healthy',
    'registry.test:5000/team/app',
    `app@${digest}`,
    `app:2.0.0@${digest}`,
  ])('%s is healthy', (image) => {
    expect(behaviourOf(image)).toMatchObject({ kind: 'runs', readyAfterMs: 0, exitsAfterMs: Infinity })
  })

  test.for<[string, object]>([
    ['app:slow-5s', { readyAfterMs: 5_000 }],
    ['app:2.0.0-slow-250ms', { readyAfterMs: 250 }],
    ['app:never-ready', { readyAfterMs: Infinity }],
    ['app:dies-after-2s', { readyAfterMs: 0, exitsAfterMs: 2_000, exitCode: 1 }],
    ['app:crash-loop', { readyAfterMs: Infinity, exitCode: 1 }],
    ['registry.test:5000/app:v3-image-pull', { kind: 'image-pull' }],
    ['app:config-error', { kind: 'config-error' }],
    ['app:crash-lop', { kind: 'unknown' }],
    ['app:constructor', { kind: 'unknown' }],
  ])('%s', ([image, behaviour]) => {
    expect(behaviourOf(image)).toMatchObject(behaviour)
  })
})

test.for([
  ['app:1', 'docker.io/library/app:1'],
  ['team/app', 'docker.io/team/app:latest'],
  ['ghcr.io/team/app:1', 'ghcr.io/team/app:1'],
  ['localhost/app:1', 'localhost/app:1'],
])('a runtime calls %s %s', ([image, name]) => {
  expect(runtimeNames(image ?? '').image).toBe(name)
})
