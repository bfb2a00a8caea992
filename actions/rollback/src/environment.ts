/** The environment of the step for programs that it starts, without the inputs: a kubeconfig is one of them. */
export function withoutInputs(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter(([name]) => !name.startsWith('INPUT_'))
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => entry[1] !== undefined))
}
