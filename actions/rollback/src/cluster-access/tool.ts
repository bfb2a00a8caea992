import { which } from '@actions/io'

/** The path of a program. @param version exactly that one; undefined: any @throws ToolFailed */
export type FindTool = (name: 'kubectl', version: string | undefined) => Promise<string>

/** The program cannot be had. */
export class ToolFailed extends Error {}

export const findTool: FindTool = async (name) => {
  const path = await which(name, false)
  if (path !== '') return path
  throw new ToolFailed(`${name} is not on the PATH`)
}
