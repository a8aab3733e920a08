// Reads the machine's own apt configuration, so that images are made from the same distribution and mirror.
// Pure: takes file contents, gives back values. Formats: sources.list(5), apt.conf(5) as `apt-config dump` prints it.

export interface AptSource {
  readonly uri: string
  readonly suite: string
  readonly components: readonly string[]
  /** Absolute path of a keyring file, where the source names one. */
  readonly keyring?: string
  readonly trusted: boolean
}

/** What debootstrap needs to know of the host. */
export interface Distribution {
  readonly suite: string
  readonly mirror: string
  readonly components: readonly string[]
  readonly keyring?: string
  readonly trusted: boolean
}

/** One-line form (`/etc/apt/sources.list`, `*.list`). Lines that are not `deb` are left out. */
export function parseOneLineSources(text: string): AptSource[] {
  return text.split('\n').flatMap((raw) => {
    const line = raw.replace(/#.*$/, '').trim()
    const match = /^deb\s+(?:\[(?<options>[^\]]*)\]\s+)?(?<uri>\S+)\s+(?<suite>\S+)(?<components>.*)$/.exec(
      line,
    )?.groups
    if (!match?.uri || !match.suite) return []
    const options = new Map((match.options ?? '').split(/\s+/).map((pair) => splitOnce(pair, '=')))
    const components = (match.components ?? '').split(/\s+/).filter((word) => word !== '')
    return [source(match.uri, match.suite, components, options.get('signed-by'), options.get('trusted'))]
  })
}

/** deb822 form (`*.sources`): one source for each URI and suite of each enabled stanza. */
export function parseDeb822Sources(text: string): AptSource[] {
  // A comment line may stand inside a field's continuation and must not end it.
  const stanzas = text.replace(/^#.*\n?/gm, '').split(/\n[ \t]*\n+/)
  return stanzas.flatMap((stanza) => {
    const fields = parseFields(stanza)
    const words = (name: string) => (fields.get(name) ?? '').split(/\s+/).filter((word) => word !== '')
    if (/^(no|false|0|off)$/i.test(fields.get('enabled')?.trim() ?? '')) return []
    if (!words('types').includes('deb')) return []
    return words('uris').flatMap((uri) =>
      words('suites').map((suite) =>
        source(uri, suite, words('components'), fields.get('signed-by'), fields.get('trusted')),
      ),
    )
  })
}

function parseFields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>()
  let current: string | undefined
  for (const line of stanza.split('\n')) {
    const field = /^(?<name>[A-Za-z0-9-]+):(?<value>.*)$/.exec(line)?.groups
    if (field?.name !== undefined) {
      current = field.name.toLowerCase()
      fields.set(current, field.value?.trim() ?? '')
    } else if (current !== undefined && /^\s/.test(line)) {
      fields.set(current, `${fields.get(current)}\n${line.trim()}`)
    }
  }
  return fields
}

function source(
  uri: string,
  suite: string,
  components: readonly string[],
  signedBy: string | undefined,
  trusted: string | undefined,
): AptSource {
  const keyring = signedBy?.trim()
  return {
    uri: uri.replace(/\/+$/, ''),
    suite,
    components,
    trusted: /^(yes|true|1|on)$/i.test(trusted?.trim() ?? ''),
    // An armoured key inside the file (deb822) is no path: debootstrap's own keyring is used then.
    ...(keyring !== undefined && /^\/\S+$/.test(keyring) ? { keyring } : {}),
  }
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at < 0 ? [text.toLowerCase(), ''] : [text.slice(0, at).toLowerCase(), text.slice(at + 1)]
}

/** `VERSION_CODENAME` of os-release(5), for example `bookworm` or `noble`. */
export function codenameOf(osRelease: string): string | undefined {
  return /^VERSION_CODENAME="?(?<name>[a-z0-9-]+)"?\s*$/m.exec(osRelease)?.groups?.name
}

/**
 * The source that the host's own release comes from; undefined when none is usable.
 * Ubuntu keeps PyQt and OpenCV in `universe`, so it is asked for there even where the host has it switched off.
 */
export function chooseDistribution(
  sources: readonly AptSource[],
  codename: string,
  distributionId: string,
): Distribution | undefined {
  // debootstrap fetches with wget: a mirror list, cdrom or tor transport is of no use to it.
  const usable = sources.find(
    ({ uri, suite, components }) =>
      suite === codename && components.includes('main') && /^(https?|file):/.test(uri),
  )
  if (!usable) return undefined
  const { uri, keyring, trusted } = usable
  const components = distributionId === 'ubuntu' ? ['main', 'universe'] : ['main']
  return { suite: codename, mirror: uri, components, trusted, ...(keyring ? { keyring } : {}) }
}

/** `ID` of os-release(5), for example `debian` or `ubuntu`. */
export function distributionIdOf(osRelease: string): string {
  return /^ID="?(?<id>[a-z0-9._-]+)"?\s*$/m.exec(osRelease)?.groups?.id ?? ''
}

/** The proxy apt uses for `mirror`, from `apt-config dump`; the host's own entry wins, `DIRECT` means none. */
export function aptProxyFor(mirror: string, dump: string): string | undefined {
  if (!/^https?:/.test(mirror)) return undefined
  const { protocol, hostname } = new URL(mirror)
  const scheme = protocol.slice(0, -1)
  const values = new Map<string, string>()
  for (const line of dump.split('\n')) {
    const entry = /^(?<key>\S+) "(?<value>.*)";$/.exec(line.trim())?.groups
    if (entry?.key !== undefined) values.set(entry.key.toLowerCase(), entry.value ?? '')
  }
  const keys = [`acquire::${scheme}::proxy::${hostname}`, `acquire::${scheme}::proxy`]
  const found = keys.map((key) => values.get(key)).find((value) => value !== undefined && value !== '')
  return found === undefined || found.toUpperCase() === 'DIRECT' ? undefined : found
}
