// `npm run bench -- NAME [--rounds N] [--record]`: runs one benchmark, prints its ratios and keeps them.
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentMemory } from './agent-memory.ts'
import { agentStart } from './agent-start.ts'
import { type Benchmark, runBenchmark } from './benchmark.ts'
import { launchLatency } from './launch-latency.ts'
import { memory200Launches } from './memory-200-launches.ts'
import { ownShare } from './own-share.ts'
import { packageDownload, packageDownloadMemory } from './package-download.ts'
import { packageCuts, packageFetch } from './package-fetch.ts'
import { packageInstall, packageSecondVersion } from './package-install.ts'
import { packageInspectionMemory, packageUploadMemory } from './package-upload.ts'
import { probe } from './probe.ts'
import { appendRun, ratioText, recordOutcome } from './results.ts'
import { screenshot } from './screenshot.ts'
import { secondStart } from './second-start.ts'
import { readSurroundings } from './surroundings.ts'
import { xRestart } from './x-restart.ts'

const BENCHMARKS: readonly Benchmark[] = [
  agentStart,
  agentMemory,
  memory200Launches,
  launchLatency('none'),
  launchLatency('bridge'),
  secondStart,
  ownShare,
  xRestart,
  screenshot,
  probe,
  packageDownload,
  packageDownloadMemory,
  packageUploadMemory,
  packageInspectionMemory,
  packageFetch,
  packageCuts,
  packageInstall,
  packageSecondVersion,
]

const bench = join(import.meta.dirname, '..')

function usage(): string {
  const names = BENCHMARKS.map(({ name, goal, what }) => `  ${name.padEnd(16)} ${goal}: ${what}`)
  return ['npm run bench -- NAME [--rounds N] [--record]', ...names].join('\n')
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rounds: { type: 'string' }, record: { type: 'boolean', default: false } },
  })
  const benchmark = BENCHMARKS.find(({ name }) => name === positionals[0])
  if (!benchmark) {
    console.error(usage())
    return positionals.length === 0 ? 0 : 2
  }
  const { unit } = benchmark
  const where = readSurroundings(join(bench, '..'))
  const outcome = await runBenchmark(benchmark, {
    rounds: Number(values.rounds ?? benchmark.rounds),
    onRound(round, sides) {
      const texts = Object.entries(sides).map(([side, value]) => `${side} ${value.toFixed(1)} ${unit}`)
      console.log(`${round === 0 ? 'warm-up' : `round ${round}`}: ${texts.join(', ')}`)
    },
  })
  appendRun(join(bench, 'results'), outcome, where)
  if (values.record) recordOutcome(join(bench, 'RESULTS.md'), outcome, where)
  for (const { comparison, ratio, verdict } of outcome.judgements) {
    const { ours, floor, target } = comparison
    console.log(`${ours} / ${floor}: ${ratioText(ratio)}, target <= ${target}: ${verdict}`)
  }
  return outcome.judgements.some(({ verdict }) => verdict === 'missed') ? 1 : 0
}

process.exitCode = await main()
