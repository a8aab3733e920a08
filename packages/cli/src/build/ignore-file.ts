// `.dockerignore`: what its author keeps out of images. Pure. Source: Docker, build context, .dockerignore files.
import { matchesGlob } from 'node:path'

/** @returns whether a path relative to the project, with `/`, is left out; the last rule that matches counts */
export function createIgnore(text: string): (path: string) => boolean {
  const rules = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => {
      const isException = line.startsWith('!')
      const pattern = line
        .slice(isException ? 1 : 0)
        .trim()
        .replace(/^\.?\/+/, '')
        .replace(/\/+$/, '')
      return { isException, pattern }
    })
    .filter(({ pattern }) => pattern !== '')
  const matches = (path: string, pattern: string) =>
    matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`)
  return (path) =>
    rules.reduce(
      (isLeftOut, { isException, pattern }) => (matches(path, pattern) ? !isException : isLeftOut),
      false,
    )
}
