// `bongsu package build`: from a folder of Python, or one Linux program, to an image that was seen to start.
import { basename, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { CodedError } from '@bongsu/foundation'
import { type BuildStep, type BuiltImage, buildPackage } from '../build/build-package.ts'
import { describePlan } from '../build/describe-plan.ts'
import { explainEnd } from '../build/explain-end.ts'
import { planProject } from '../build/plan-project.ts'
import type { ProjectPlan } from '../build/project-plan.ts'
import { type Proof, proveByStarting } from '../build/proof.ts'
import { outputOf } from '../build/run-program.ts'
import { type Command, type Terminal, UsageError, type Words } from '../command.ts'

const OPTIONS = {
  tag: { type: 'string' },
  program: { type: 'string' },
  base: { type: 'string' },
  requirement: { type: 'string', multiple: true },
  apt: { type: 'string', multiple: true },
  include: { type: 'string', multiple: true },
  keep: { type: 'string' },
  archive: { type: 'string' },
  seconds: { type: 'string' },
  yes: { type: 'boolean' },
  plan: { type: 'boolean' },
  'no-proof': { type: 'boolean' },
  verbose: { type: 'boolean' },
} as const

export const packageBuild: Command = {
  name: 'package build',
  summary: {
    en: 'makes an image of a Python project or a program',
    ko: '파이썬 프로젝트나 프로그램으로 이미지를 만듭니다',
  },
  usage: {
    en: `FOLDER|PROGRAM [--tag NAME] [--program FILE] [--base IMAGE] [--yes]
                [--requirement NAME]… [--apt PACKAGE]… [--include FILE]…
                [--keep FOLDER] [--archive FILE] [--plan] [--no-proof] [--seconds N] [--verbose]
  --tag NAME          what the image is called (default: the folder's name)
  --program FILE      what is started (default: main.py, __main__.py, app.py …)
  --base IMAGE        what it stands on (default: Debian 12; made here where there is no registry)
  --requirement NAME  one more of PyPI, as in requirements.txt
  --apt PACKAGE       one more of Debian
  --include FILE      pack it though it is large and no program names it
  --yes               requirements that were guessed from imports are right
  --keep FOLDER       keep Dockerfile, wheels and files there: docker build makes the same again
  --archive FILE      write the image as docker save does
  --plan              only say what would be built
  --no-proof          do not start the image; --seconds N: how long it may take to draw (default 20)
  --verbose           show what Docker and pip say
Requirements come from requirements.txt, else pyproject.toml, else the virtual environment in the folder, else the imports.`,
    ko: `폴더|프로그램 [--tag 이름] [--program 파일] [--base 이미지] [--yes]
                [--requirement 이름]… [--apt 패키지]… [--include 파일]…
                [--keep 폴더] [--archive 파일] [--plan] [--no-proof] [--seconds 초] [--verbose]
  --tag 이름          이미지 이름 (기본값: 폴더 이름)
  --program 파일      시작할 파일 (기본값: main.py, __main__.py, app.py …)
  --base 이미지       바탕 이미지 (기본값: Debian 12. 레지스트리가 없으면 여기서 만듭니다)
  --requirement 이름  requirements.txt에 적듯이 PyPI 패키지를 추가
  --apt 패키지        데비안 패키지를 추가
  --include 파일      크고 프로그램이 이름을 부르지 않아도 포함
  --yes               가져다 쓰는 모듈로 추정한 패키지 목록이 맞음
  --keep 폴더         Dockerfile, 휠, 파일을 남김. docker build로 똑같이 다시 만들 수 있습니다
  --archive 파일      이미지를 docker save 형식으로 저장
  --plan              무엇을 만들지 보여 주기만 함
  --no-proof          이미지를 시험 실행하지 않음. --seconds 초: 화면이 나올 때까지 기다리는 시간 (기본값 20)
  --verbose           Docker와 pip의 출력을 보여 줌
필요한 패키지는 requirements.txt, pyproject.toml, 폴더 안의 가상 환경, 가져다 쓰는 모듈 순으로 찾습니다.`,
  },
  async run(parameters, terminal) {
    const { values, positionals } = parseArgs({
      args: [...parameters],
      allowPositionals: true,
      options: OPTIONS,
    })
    const [given, ...rest] = positionals
    if (given === undefined || rest.length > 0)
      throw new UsageError({ en: 'Name one folder or program.', ko: '폴더나 프로그램 하나를 적으십시오.' })
    const patienceMs = secondsOf(values.seconds) * 1000
    const plan = await planProject(given, {
      program: values.program,
      requirements: values.requirement ?? [],
      systemPackages: values.apt ?? [],
      include: values.include ?? [],
    })
    for (const line of describePlan(plan, terminal.language)) terminal.tell(line)
    if (values.plan) return
    await requireConfirmed(plan, values.yes === true, terminal)
    const built = await buildPackage({
      plan,
      tag: values.tag ?? tagFor(given),
      base: values.base,
      keep: values.keep,
      onStep: (step) => terminal.tell(STEPS[step][terminal.language]),
      onLine: (line) => (values.verbose ? terminal.tell(`  ${line}`) : undefined),
    })
    if (!values['no-proof']) tellProof(await proveByStarting({ image: built.tag, patienceMs }), terminal)
    if (values.archive !== undefined)
      await outputOf({ argv: ['docker', 'save', '-o', values.archive, built.tag] })
    tellBuilt(built, terminal)
  },
}

const STEPS: Readonly<Record<BuildStep, Words>> = {
  base: { en: 'Base image …', ko: '바탕 이미지 준비 …' },
  system: { en: 'Debian packages …', ko: '데비안 패키지 설치 …' },
  wheels: { en: 'Python packages …', ko: '파이썬 패키지 받기 …' },
  image: { en: 'Image …', ko: '이미지 만들기 …' },
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 20
  if (/^\d{1,4}$/.test(text) && Number(text) > 0) return Number(text)
  throw new UsageError({ en: '--seconds is a number.', ko: '--seconds는 숫자로 적습니다.' })
}

/** A guess is shown and confirmed: a wrong one is found on the device else. */
async function requireConfirmed(plan: ProjectPlan, isConfirmed: boolean, terminal: Terminal): Promise<void> {
  const { python } = plan
  if (python?.source !== 'imports' || python.lines.length === 0 || isConfirmed) return
  const question = { en: 'Are these requirements right? [y/N] ', ko: '이 패키지 목록이 맞습니까? [y/N] ' }
  if (await terminal.confirm(question[terminal.language])) return
  const requirements = python.lines.map((line) => ('text' in line ? line.text : line.path)).join(', ')
  throw new CodedError('CLI_BUILD_UNCONFIRMED', { parameters: { requirements } })
}

/** The engine allows lower case and few signs. Source: distribution reference grammar. */
const tagFor = (given: string): string => {
  const name = basename(resolve(given))
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
  return `${name || 'package'}:latest`
}

/** @throws CodedError for a program that ended by a fault */
function tellProof(proof: Proof, { language, tell }: Terminal): void {
  if (proof.kind === 'ended') {
    const reason = explainEnd(proof.exitCode, proof.log)
    if (reason) throw reason
  }
  const words: Record<string, Words> = {
    visible: { en: 'Started for trial: it draws on the screen.', ko: '시험 실행: 화면에 그림이 나왔습니다.' },
    dark: {
      en: 'Started for trial: it runs, and drew nothing so far.',
      ko: '시험 실행: 실행 중이지만 아직 화면에 나온 것이 없습니다.',
    },
    none: {
      en: 'Started for trial: it runs. Nothing is known of its window (no Xvfb here: apt-get install xvfb).',
      ko: '시험 실행: 실행됩니다. 창은 확인하지 못했습니다(Xvfb 없음: apt-get install xvfb).',
    },
    ended: {
      en: 'Started for trial: it finished by itself, without a fault.',
      ko: '시험 실행: 오류 없이 스스로 끝났습니다.',
    },
  }
  const key = proof.kind === 'running' ? proof.screen : proof.kind
  const line = words[key]
  if (line) tell(line[language])
}

function tellBuilt({ tag, id, bytes, architecture }: BuiltImage, { language, print, tell }: Terminal): void {
  const size = `${(bytes / 1e6).toFixed(0)} MB`
  print(`${tag} ${id}`)
  tell(
    {
      en: `${architecture}, ${size} with its base. Next: bongsu package push PACKAGE VERSION --image ${tag}`,
      ko: `${architecture}, 바탕 포함 ${size}. 다음: bongsu package push 패키지 버전 --image ${tag}`,
    }[language],
  )
}
