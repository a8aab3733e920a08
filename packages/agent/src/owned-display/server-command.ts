// Which X server the agent starts and how, from what the device has. Pure.

export type OwnedServerKind = 'xorg' | 'xvfb'

export interface ServerWish {
  readonly kind: OwnedServerKind
  /** Absolute path of the program. */
  readonly program: string
  readonly number: number
  readonly authFile: string
  /** Of a frame buffer; a real screen has the size its monitor says. */
  readonly widthPixels: number
  readonly heightPixels: number
  /** xorg.conf to use in place of the machine's own. */
  readonly xorgConfig?: string | undefined
  /** `shared`: takes no virtual terminal from whoever is at the machine, for tests. Default `own`. */
  readonly terminal?: 'own' | 'shared' | undefined
}

/**
 * No TCP, no reset when the last client leaves (generated cookies and settings would go with it), never dark.
 * Source: Xserver(1), Xorg(1), Xvfb(1).
 */
export function serverCommand(wish: ServerWish): string[] {
  const { kind, program, number, authFile } = wish
  const common = ['-auth', authFile, '-nolisten', 'tcp', '-noreset', '-s', '0', '-dpms']
  const own = kind === 'xvfb' ? frameBufferOptions(wish) : xorgOptions(wish)
  return [program, `:${number}`, ...own, ...common]
}

const frameBufferOptions = ({ widthPixels, heightPixels }: ServerWish): string[] => [
  '-screen',
  '0',
  `${widthPixels}x${heightPixels}x24`,
]

const xorgOptions = ({ xorgConfig, terminal }: ServerWish): string[] => [
  ...(terminal === 'shared' ? ['-sharevts', '-novtswitch'] : ['vt7', '-keeptty']),
  ...(xorgConfig === undefined ? [] : ['-config', xorgConfig]),
]

/**
 * The command as a unit of its own, so that the service manager does not end the server together with the agent.
 * @param serviceManager `none`: the server is detached from the agent's process instead
 */
export function asUnit(command: readonly string[], serviceManager: 'systemd' | 'none'): string[] {
  if (serviceManager === 'none') return [...command]
  const unit = ['--unit=bongsu-display', '--description=Bongsu display', '--collect', '--quiet']
  return ['systemd-run', ...unit, '--', ...command]
}

/** Real screens begin at 0; frame buffers keep away from numbers that a desktop might want. */
export const firstNumberFor = (kind: OwnedServerKind): number => (kind === 'xorg' ? 0 : 90)

/** Xorg where there is a card to drive and a program to do so; a frame buffer otherwise; undefined with neither. */
export function chooseServer(found: {
  readonly hasCard: boolean
  readonly xorg: string | undefined
  readonly xvfb: string | undefined
}): { readonly kind: OwnedServerKind; readonly program: string } | undefined {
  if (found.hasCard && found.xorg !== undefined) return { kind: 'xorg', program: found.xorg }
  return found.xvfb === undefined ? undefined : { kind: 'xvfb', program: found.xvfb }
}
