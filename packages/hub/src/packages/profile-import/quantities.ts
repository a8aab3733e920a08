// Sizes and shares as docker and Kubernetes write them.

const DOCKER_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
}
const CLUSTER_UNITS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
}

const toBytes = (amount: string, unit: number | undefined): number | undefined => {
  const bytes = unit === undefined ? Number.NaN : Math.round(Number(amount) * unit)
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined
}

/** Bytes of `512m`, `1.5g`, `2gb`; undefined when it is no size. */
export function parseDockerBytes(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?([bkmgt]?)(?:i?b)?$/i.exec(text)
  return match ? toBytes(match[1] ?? '', DOCKER_UNITS[(match[2] ?? '').toLowerCase()]) : undefined
}

/** Bytes of `512Mi`, `1G`, `1e9`; undefined when it is no size. */
export function parseClusterBytes(text: string): number | undefined {
  if (/^\d{1,3}(?:\.\d{1,6})?e\d{1,2}$/i.test(text)) return toBytes(text, 1)
  const match = /^(\d{1,15}(?:\.\d{1,6})?)([kMGT]i?|Ki|)$/.exec(text)
  return match ? toBytes(match[1] ?? '', CLUSTER_UNITS[match[2] ?? '']) : undefined
}

/** CPUs of `2`, `1.5`, `500m`; undefined when it is no share. */
export function parseCpus(text: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)(m?)$/.exec(text)
  const cpus = match ? Number(match[1]) / (match[2] ? 1000 : 1) : 0
  return cpus > 0 && cpus <= 1024 ? cpus : undefined
}
