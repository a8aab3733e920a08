// Variables that keep a program from its window (Q3 to Q5, X3 to X5, P7). Those that the recipe sets itself count only
// where the profile says otherwise: the image's own value is replaced.
import type { ConfiguredContainer } from './configured-container.ts'
import { type PreflightFinding, warn } from './preflight-finding.ts'

type Source = 'profile' | 'image'

interface Backend {
  readonly name: string
  /** Values that draw on X. */
  readonly good: RegExp
  /** Whose value comes through: the recipe sets some of these itself. */
  readonly from: readonly Source[]
}

const BACKENDS: readonly Backend[] = [
  { name: 'QT_QPA_PLATFORM', good: /^(?:xcb(?:[;:].*)?)?$/, from: ['profile'] },
  { name: 'GDK_BACKEND', good: /^$|\bx11\b|\*/, from: ['profile'] },
  { name: 'SDL_VIDEODRIVER', good: /^$|\bx11\b/, from: ['profile', 'image'] },
  { name: 'MPLBACKEND', good: /^(?!(?:agg|cairo|pdf|pgf|ps|svg|template)$)/i, from: ['profile', 'image'] },
  { name: 'MOZ_ENABLE_WAYLAND', good: /^0?$/, from: ['profile', 'image'] },
  { name: 'PYVISTA_OFF_SCREEN', good: /^(?!true$|1$)/i, from: ['profile', 'image'] },
]

export function environmentFindings(container: ConfiguredContainer): PreflightFinding[] {
  const image = namesOf(container.image.environment ?? [])
  const profile = container.profile.environment ?? {}
  if (!container.launch.display) return undeclared(profile)
  const values = { image, profile: new Map(Object.entries(profile)) }
  const effective = (name: string, from: readonly Source[]) =>
    (['profile', 'image'] as const)
      .filter((source) => from.includes(source))
      .map((source) => values[source].get(name))
      .find((value) => value !== undefined)
  const both = ['profile', 'image'] as const
  return [
    ...BACKENDS.flatMap(({ name, good, from }) => {
      const value = effective(name, from)
      if (value === undefined || good.test(value)) return []
      return [backendFinding(name, value)]
    }),
    ...(/cv2\/qt\/plugins/.test(effective('QT_QPA_PLATFORM_PLUGIN_PATH', both) ?? '')
      ? [warn('AGENT_CAUSE_QT_OPENCV_CLASH')]
      : []),
    ...(isAsciiLocale(effective('LC_ALL', both) || effective('LANG', ['profile']))
      ? [warn('AGENT_CAUSE_LOCALE')]
      : []),
  ]
}

const backendFinding = (name: string, value: string): PreflightFinding =>
  /wayland/i.test(name + value)
    ? warn('AGENT_CAUSE_WAYLAND_LEAKED')
    : warn('AGENT_PREFLIGHT_WINDOWLESS', { name, value: value.slice(0, 100) })

const isAsciiLocale = (value: string | undefined): boolean => value === 'C' || value === 'POSIX'

/** Somebody meant it to have a screen. */
function undeclared(profile: Readonly<Record<string, string>>): PreflightFinding[] {
  const name = ['DISPLAY', 'XAUTHORITY', 'QT_X11_NO_MITSHM'].find((variable) => variable in profile)
  return name ? [warn('AGENT_PREFLIGHT_DISPLAY_NOT_DECLARED', { name })] : []
}

function namesOf(environment: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    environment.map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [entry.slice(0, at), entry.slice(at + 1)]
    }),
  )
}
