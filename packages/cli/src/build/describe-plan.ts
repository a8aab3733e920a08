// What is going to be built, for its author to read before it is. Pure.
import type { Language } from '@bongsu/protocol'
import type { Words } from '../command.ts'
import type { ProjectFile } from './project-files.ts'
import type { ProjectPlan } from './project-plan.ts'

const SHOWN = 20

const SOURCES: Readonly<Record<string, Words>> = {
  'requirements.txt': { en: 'from requirements.txt', ko: 'requirements.txt에서' },
  'pyproject.toml': { en: 'from pyproject.toml', ko: 'pyproject.toml에서' },
  environment: { en: 'from the virtual environment', ko: '가상 환경에서' },
  imports: { en: 'guessed from imports', ko: '가져다 쓰는 모듈로 추정' },
}

export function describePlan(plan: ProjectPlan, language: Language): string[] {
  const { files, data, leftOut, command, systemPackages, python, notes } = plan
  const total = files.reduce((sum, { bytes }) => sum + bytes, 0)
  const row = (words: Words, value: string) => (value === '' ? [] : [`${words[language]}: ${value}`])
  const lines = python?.lines.map((line) => (line.kind === 'include' ? `-r ${line.path}` : line.text)) ?? []
  const source = python && SOURCES[python.source]?.[language]
  return [
    ...row({ en: 'Starts', ko: '시작' }, command.join(' ')),
    ...row({ en: 'Files', ko: '파일' }, `${files.length}, ${sizeOf(total)}`),
    ...row({ en: 'Data', ko: '데이터' }, listOf(data)),
    ...row(
      { en: 'Python packages', ko: '파이썬 패키지' },
      python ? `${lines.join(', ') || '-'} (${source})` : '',
    ),
    ...row({ en: 'Debian packages', ko: '데비안 패키지' }, systemPackages.join(' ')),
    ...row(
      { en: 'Left out (--include FILE packs it)', ko: '제외 (--include 파일 로 포함)' },
      listOf(leftOut),
    ),
    ...notes.map((note) => `! ${note[language]}`),
  ]
}

function listOf(files: readonly ProjectFile[]): string {
  const shown = files.slice(0, SHOWN).map(({ path, bytes }) => `${path} (${sizeOf(bytes)})`)
  return [...shown, ...(files.length > SHOWN ? [`+${files.length - SHOWN}`] : [])].join(', ')
}

const sizeOf = (bytes: number): string =>
  bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1e3))} kB` : `${(bytes / 1e6).toFixed(1)} MB`
