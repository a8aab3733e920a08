// The plan of a Python project.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { CodedError, messageOf } from '@bongsu/foundation'
import { parse } from 'smol-toml'
import type { Words } from '../command.ts'
import {
  type ChosenRequirements,
  chooseRequirements,
  importedModules,
  type RequirementInputs,
} from './choose-requirements.ts'
import { correctRequirements } from './corrections.ts'
import { sortData } from './data-files.ts'
import { APP_FOLDER } from './dockerfile.ts'
import { findEntryPoint } from './entry-point.ts'
import { listProject } from './project-files.ts'
import type { PlanWishes, ProjectPlan } from './project-plan.ts'
import { type PythonScan, scanPython } from './python-scan.ts'
import { parseRequirements, type RequirementLine } from './requirement.ts'
import { outputOf } from './run-program.ts'
import { systemPackagesFor } from './system-packages.ts'

/** @throws CodedError CLI_BUILD_…, CLI_TOOL_…, CLI_FILE_UNREADABLE */
export async function planPython(root: string, wishes: PlanWishes): Promise<ProjectPlan> {
  const project = await listProject(root)
  const scripts = project.files.filter(({ path }) => path.endsWith('.py')).map(({ path }) => path)
  const scan = await scanPython(root, scripts)
  const program = findEntryPoint(scan.files, wishes.program)
  requireReadable(scan, program)
  const chosen = chooseRequirements({
    written: await readWritten(root),
    installed: project.environment === undefined ? undefined : await readInstalled(root, project.environment),
    imported: importedModules(scan.files, scan.stdlib),
  })
  const calls = new Set(Object.values(scan.files).flatMap((file) => ('fault' in file ? [] : file.calls)))
  const asked = [...chosen.lines, ...wishes.requirements.flatMap(parseRequirements)]
  const { lines, notes } = correctRequirements(asked, calls)
  const named = lines.flatMap((line) => (line.kind === 'requirement' ? [line.name] : []))
  const data = sortData(project.files, scan.files, wishes.include)
  const wanted = ['python3', ...chosen.systemPackages, ...wishes.systemPackages]
  return {
    root,
    files: data.packed,
    data: data.data,
    leftOut: data.leftOut,
    command: ['python3', `${APP_FOLDER}/${program}`],
    systemPackages: systemPackagesFor(named, wanted),
    environment: { LANG: 'C.UTF-8', PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1' },
    python: { source: chosen.source, lines, callerVersion: scan.version },
    notes: [
      ...notes,
      ...faultNotes(scan, program),
      ...undeclaredNotes(chosen),
      ...data.absent.map(absentNote),
      ...project.foreignLinks.map(linkNote),
    ],
  }
}

function requireReadable({ files }: PythonScan, program: string): void {
  const file = files[program]
  if (file && 'fault' in file) {
    throw new CodedError('CLI_BUILD_SOURCE_BROKEN', { parameters: { file: program, fault: file.fault } })
  }
}

async function readWritten(root: string): Promise<RequirementInputs['written']> {
  const text = await readFile(join(root, 'requirements.txt'), 'utf8').catch(() => undefined)
  if (text !== undefined) return { source: 'requirements.txt', lines: parseRequirements(text) }
  const toml = await readFile(join(root, 'pyproject.toml'), 'utf8').catch(() => undefined)
  if (toml === undefined) return undefined
  const dependencies = dependenciesOf(toml)
  return dependencies && { source: 'pyproject.toml', lines: parseRequirements(dependencies.join('\n')) }
}

/** Undefined where it names none: it may be there for tools only. Source: PEP 621. */
function dependenciesOf(toml: string): readonly string[] | undefined {
  let document: unknown
  try {
    document = parse(toml)
  } catch (error) {
    const parameters = { file: 'pyproject.toml', fault: messageOf(error).split('\n')[0] ?? '' }
    throw new CodedError('CLI_BUILD_SOURCE_BROKEN', { parameters })
  }
  const project: unknown =
    typeof document === 'object' && document !== null ? Reflect.get(document, 'project') : undefined
  const dependencies: unknown =
    typeof project === 'object' && project !== null ? Reflect.get(project, 'dependencies') : undefined
  return Array.isArray(dependencies) ? dependencies.filter((each) => typeof each === 'string') : undefined
}

const INSTALLED = `import importlib.metadata as m
for d in sorted(m.distributions(), key=lambda d: (d.metadata["Name"] or "").lower()):
    if d.metadata["Name"]: print(d.metadata["Name"] + "==" + d.version)`

/** As `pip freeze`, also where the environment has no pip. */
async function readInstalled(root: string, environment: string): Promise<RequirementLine[]> {
  const python = join(root, environment, 'bin', 'python')
  return parseRequirements(await outputOf({ argv: [python, '-I', '-c', INSTALLED] }))
}

const faultNotes = ({ files }: PythonScan, program: string): Words[] =>
  Object.entries(files).flatMap(([path, file]) =>
    path === program || !('fault' in file)
      ? []
      : [
          {
            en: `${path} was not looked into (${file.fault}).`,
            ko: `${path}은(는) 분석하지 못했습니다(${file.fault}).`,
          },
        ],
  )

const undeclaredNotes = ({ source, undeclared }: ChosenRequirements): Words[] =>
  undeclared.length === 0
    ? []
    : [
        {
          en: `Imported, but not in ${source}: ${undeclared.join(', ')} (--requirement NAME adds one).`,
          ko: `${source}에 없지만 가져다 쓰는 모듈: ${undeclared.join(', ')} (--requirement 이름 으로 추가).`,
        },
      ]

const absentNote = (name: string): Words => ({
  en: `The program names ${name}, which is not in the project: it will not be in the image.`,
  ko: `프로그램이 ${name}을(를) 사용하지만 프로젝트에 없어 이미지에 들어가지 않습니다.`,
})

const linkNote = (path: string): Words => ({
  en: `${path} is a link that leads to no file: left out.`,
  ko: `${path}은(는) 파일을 가리키지 않는 링크라서 제외했습니다.`,
})
