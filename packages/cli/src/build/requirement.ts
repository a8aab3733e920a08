// Lines of requirements as pip reads them, as far as this tool has to. Pure. Source: pip, requirements file format; PEP 508.
import { normalName } from './distributions.ts'

export type RequirementLine =
  | { readonly kind: 'requirement'; readonly name: string; readonly text: string }
  /** `-r FILE`, relative to the file it stands in. */
  | { readonly kind: 'include'; readonly path: string }
  /** An index or the like: passed on to pip. */
  | { readonly kind: 'option'; readonly text: string }
  /** A path or an address: pip fetches it, and nobody else knows what it is. */
  | { readonly kind: 'direct'; readonly text: string }

export function parseRequirements(text: string): RequirementLine[] {
  // A line that ends with a backslash goes on; a comment needs a space before it unless it begins the line.
  const joined = text.replace(/^\uFEFF/, '').replaceAll(/\\\r?\n/g, ' ')
  return joined
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, '').trim())
    .filter((line) => line !== '')
    .map(parseLine)
}

function parseLine(text: string): RequirementLine {
  const include = /^(?:-r|--requirement)[ =]\s*(.+)$/.exec(text)?.[1]
  if (include !== undefined) return { kind: 'include', path: include }
  if (/^(-e|--editable)\b/.test(text))
    return { kind: 'direct', text: text.replace(/^(-e|--editable)[ =]?\s*/, '') }
  if (text.startsWith('-')) return { kind: 'option', text }
  const name = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\]\s*)?(?:@|[<>=!~;(]|$)/.exec(
    text,
  )?.[1]
  if (name === undefined || /^[a-z+]+:\/\//.test(text)) return { kind: 'direct', text }
  return { kind: 'requirement', name: normalName(name), text }
}

/** The same requirement of another distribution. */
export const renamed = (text: string, name: string): string =>
  text.replace(/^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?/, name)
