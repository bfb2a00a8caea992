import { defineConfig } from 'vitest/config'

const shared = {
  // Vite says of every module of a dependency without source maps that they are missing.
  logLevel: 'error' as const,
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
}

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'project',
          include: ['{packages,actions}/*/tests/**/*.test.ts', 'tests/{contract,bundle,release,scripts}/**/*.test.ts'],
          testTimeout: 20_000,
          // It imports JSON in a way that Node refuses and Vite does not.
          server: { deps: { inline: [/@actions\/workflow-parser/] } },
        },
      },
      {
        ...shared,
        test: {
          name: 'tools',
          include: ['tests/{tools,act}/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
