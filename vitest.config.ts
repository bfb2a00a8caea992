import { defineConfig } from 'vitest/config'

const shared = {
  // Vite says of every module of a dependency without source maps that they are missing.
  logLevel: 'error' as const,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}

const tools = {
  globalSetup: ['tests/cluster/setup.ts'],
  setupFiles: ['tests/clean-up.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 30_000 } },
}

export default defineConfig({
  test: {
    // By default one core is left idle: on two that is half of the machine.
    maxWorkers: '100%',
    // Where a processor has memory protection keys, V8 now and then loses count of its pages of code and aborts: nodejs/node 64500.
    execArgv: ['--no-memory-protection-keys'],
    projects: [
      {
        ...shared,
        test: {
          name: 'project',
          globalSetup: ['tests/temporary.ts'],
          setupFiles: ['tests/clean-up.ts'],
          include: ['{packages,actions}/*/tests/**/*.test.ts', 'tests/{contract,bundle,release,scripts}/**/*.test.ts'],
          testTimeout: 60_000,
          // Far from what a busy machine needs.
          expect: { poll: { timeout: 10_000 } },
          // It imports JSON in a way that Node refuses and Vite does not.
          server: { deps: { inline: [/@actions\/workflow-parser/] } },
        },
      },
      {
        ...shared,
        test: {
          ...tools,
          name: 'tools',
          include: ['tests/{tools,act}/**/*.test.ts'],
        },
      },
      {
        ...shared,
        test: {
          ...tools,
          name: 'cluster',
          include: ['tests/cluster/**/*.test.ts'],
          // After the others: they start hundreds of processes, beside which no load tool gets its requests out.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
