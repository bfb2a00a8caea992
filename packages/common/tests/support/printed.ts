import { vi } from 'vitest'

/** What a function writes to the standard output. */
export function printed(action: () => void): string {
  const chunks: string[] = []
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => {
    chunks.push(String(chunk))
    return true
  })
  action()
  write.mockRestore()
  return chunks.join('')
}
