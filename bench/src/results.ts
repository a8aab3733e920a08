// Keeps what was measured: every run as a line of JSON in `results/`, and the run that counts as rows of RESULTS.md.
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Outcome } from './benchmark.ts'
import type { Spread } from './ratios.ts'
import type { Surroundings } from './surroundings.ts'

/** One line with every single value, so that any other statistic can be made of it later. */
export function appendRun(folder: string, { benchmark, values, judgements }: Outcome, where: Surroundings) {
  mkdirSync(folder, { recursive: true })
  const { name, goal, unit } = benchmark
  const line = JSON.stringify({ name, goal, unit, ...where, values, judgements })
  appendFileSync(join(folder, `${name}.jsonl`), `${line}\n`)
}

const HEADING = `# Measured ratios

Written by \`npm run bench -- NAME --record\`; every run's single values are in \`bench/results/\` (not kept in Git).
Each ratio is the median of the per-round ratios of interleaved rounds, with the smallest and the largest. A commit with
\`+\` had changes on top. A floor counts as stable while the middle half of its values is no wider than 30 % of their
median; its whole range stands beside it.
`

const COLUMNS =
  '| Goal | Ours | Against | Ratio (range) | Target | Verdict | Ours, median (range) | Against, median (range) | Rounds |'
const RULE = '| --- | --- | --- | --- | --- | --- | --- | --- | --- |'

/** Replaces this benchmark's section of RESULTS.md and leaves the others alone. */
export function recordOutcome(path: string, outcome: Outcome, where: Surroundings): void {
  const before = existsSync(path) ? readFileSync(path, 'utf8') : HEADING
  writeFileSync(path, withSection(before, outcome.benchmark.name, sectionOf(outcome, where)))
}

/** Pure: the text with the section of this name put in place of the old one, or at the end. */
export function withSection(text: string, name: string, section: string): string {
  const [head = '', ...sections] = text.split(/^(?=## )/m)
  const others = sections.filter((other) => other.split('\n', 1)[0] !== `## ${name}`)
  const all = [...others, section].map((each) => each.trim()).sort()
  return `${[head.trim(), ...all].join('\n\n')}\n`
}

function sectionOf({ benchmark, judgements, values }: Outcome, where: Surroundings): string {
  const { name, goal, what, unit } = benchmark
  const rows = judgements.map(({ comparison, ratio, verdict, ours, floor }) => {
    const rounds = values[comparison.ours]?.length ?? 0
    const judged = [ratioText(ratio), `<= ${comparison.target}`, verdict]
    const medians = [ours, floor].map(
      (side) => `${rounded(side.median)} ${unit} (${rounded(side.least)} to ${rounded(side.most)})`,
    )
    return `| ${[goal, comparison.ours, comparison.floor, ...judged, ...medians, rounds].join(' | ')} |`
  })
  const { commit, machine, node, measuredAt, load } = where
  const place = `Commit ${commit}, Node ${node}, ${machine}, ${measuredAt.slice(0, 10)}, load before ${load.toFixed(1)}.`
  return [`## ${name}`, '', `${what} ${place}`, '', COLUMNS, RULE, ...rows].join('\n')
}

export const ratioText = ({ median, least, most }: Spread): string =>
  `**${median.toFixed(2)}** (${least.toFixed(2)} to ${most.toFixed(2)})`

const rounded = (value: number): string => value.toFixed(value < 100 ? 1 : 0)
