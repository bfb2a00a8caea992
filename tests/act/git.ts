import { runChild } from '../../tools/child.ts'

/** Makes a folder a git repository with everything in it committed, which act wants of a work tree and of a release tree. */
export async function commitAll(folder: string): Promise<void> {
  const identity = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgSign=false']
  const git = (...args: string[]) => runChild({ command: 'git', args: ['-C', folder, ...identity, ...args] })
  await git('init', '--quiet', '--initial-branch=main')
  await git('add', '--all', '--force')
  await git('commit', '--quiet', '--allow-empty', '--message=State under test')
}
