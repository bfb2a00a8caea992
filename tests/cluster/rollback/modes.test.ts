import { readFileSync } from 'node:fs'
import { startService } from '@deploy-safety/simulators/service'
import { test } from 'vitest'
import { verdict } from '../../bundle/bundle.ts'
import { describeWithCluster } from '../with-cluster.ts'
import { leftBehind, Site } from './site.ts'
import { prepareStage } from './stage.ts'

const knownGood = 'deploy-safety.actions/known-good'

describeWithCluster('the modes of a rollback', (cluster) => {
  test.concurrent('what is recorded is planned, then brought back, and written down', async ({ expect }) => {
    await using stage = await prepareStage(cluster(), ['app:1.0.0'])
    const { site } = stage
    await using recorded = await site.run({ mode: 'record', 'record-path': 'record.json', evidence: 'record' })
    expect(verdict(recorded), recorded.log).toBe('recorded ok')
    const file = { 'record-path': `${recorded.workspace}/record.json`, evidence: 'record', 'require-evidence': 'true' }
    for (const image of ['app:2.0.0', 'app:3.0.0']) await site.deploy(image)
    const { generation, uid } = (await site.get()).metadata
    await using planned = await site.run({ ...file, mode: 'plan' })
    expect(verdict(planned), planned.log).toBe('planned ok')
    expect((await site.get()).metadata.generation).toBe(generation)
    await using run = await site.run(file)
    expect(verdict(run), run.log).toBe('rolled-back ok')
    expect(run.outputs).toMatchObject({ to: planned.outputs.to, evidence: 'record' })
    const subject = `deployment/${site.namespace.name}/app@${uid}`
    expect(JSON.parse(readFileSync(file['record-path'], 'utf8'))).toMatchObject({
      schemaVersion: 1,
      entries: [
        { event: 'known-good', provider: 'kubernetes', subject, version: run.outputs.to },
        { event: 'rollback', subject, from: run.outputs.from, to: run.outputs.to, outcome: 'rolled-back' },
      ],
    })
    // What was said of the former one of this name is of another.
    await site.namespace.kubectl(['delete', 'deployment/app'])
    for (const image of ['app:1.0.0', 'app:2.0.0']) await site.deploy(image)
    await using other = await site.run(file)
    expect(verdict(other), other.log).toBe('no-target no-evidence')
  })

  test.concurrent('nothing is recorded of a rollout under way', async ({ expect }) => {
    await using stage = await prepareStage(cluster(), ['app:1.0.0'])
    const { site } = stage
    await site.begin('app:2.0.0-never-ready')
    await using run = await site.run({ mode: 'record', 'record-path': 'record.json' })
    expect(verdict(run), run.log).toBe('refused in-progress')
    expect(() => readFileSync(`${run.workspace}/record.json`)).toThrow('ENOENT')
    expect((await site.get()).metadata.annotations).not.toHaveProperty([knownGood])
  })

  test.concurrent('what is not healthy stays, and is called so each time', async ({ expect }) => {
    await using stage = await prepareStage(cluster())
    const { site } = stage
    await using web = await startService({ version: '1.0.0' })
    const verify = {
      'verify-url': `${web.url}/health`,
      'verify-timeout': '2s',
      'verify-interval': '100ms',
      'verify-expect-version': '9.9.9',
    }
    await using run = await site.run(verify)
    expect(verdict(run), run.log).toBe('rolled-back-unhealthy verification-failed')
    expect(await site.image()).toBe('app:1.0.0')
    expect(leftBehind(run)).toEqual([])
    await using again = await site.run(verify)
    expect(verdict(again), again.log).toBe('rolled-back-unhealthy verification-failed')
    await using healthy = await site.run({ ...verify, 'verify-expect-version': '1.0.0' })
    expect(verdict(healthy), healthy.log).toBe('nothing-to-do already-rolled-back')
  })

  test.concurrent.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)(
    'stopped by %s in the stability window, the next run finishes',
    async (signal, { expect }) => {
      await using stage = await prepareStage(cluster())
      const { site } = stage
      const handle = site.start({ 'stability-window': '30s' })
      await handle.printed('watching for')
      handle.kill(signal)
      await using run = await handle.done
      if (signal !== 'SIGKILL') expect(verdict(run), run.log).toBe('cancelled cancelled')
      expect(leftBehind(run)).toEqual([])
      await using next = await site.run()
      expect(verdict(next), next.log).toBe('nothing-to-do already-rolled-back')
    },
  )

  test.concurrent('values of templates are shown nowhere', async ({ expect }) => {
    await using site = await Site.start(cluster())
    for (const version of ['1', '2']) {
      const template = { metadata: { labels: { app: 'app' }, annotations: { note: `hidden-note-${version}` } } }
      const container = {
        args: [`--password=hidden-argument-${version}`],
        env: [{ name: 'PASSWORD', value: `hidden-value-${version}` }],
        readinessProbe: { httpGet: { path: `/hidden-path-${version}`, port: 8080 } },
      }
      await site.deploy(`app:${version}.0.0`, { container })
      const patch = JSON.stringify({ spec: { template } })
      await site.namespace.kubectl(['patch', 'deployment/app', '-p', patch])
      await site.settled('deployment/app')
    }
    await using run = await site.run({ to: '1.0.0', reason: 'the shop is slow' })
    const { log, summary, report, outputs } = run
    expect(verdict(run), log).toBe('rolled-back ok')
    expect(`${log}${summary}${JSON.stringify(report)}${JSON.stringify(outputs)}`).not.toContain('hidden-')
    expect(summary).toContain('env PASSWORD')
    expect(report).toMatchObject({ reason: 'the shop is slow' })
  })
})
