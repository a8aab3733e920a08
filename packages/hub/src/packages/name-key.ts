// Korean name and copyright holder as they are compared: blanks and case do not tell two packages apart. Pure.
import type { PackageEntry } from '@bongsu/protocol'

export const nameKeyOf = ({ koreanName, copyrightHolder }: PackageEntry): string =>
  [koreanName, copyrightHolder].map((text) => text.toLowerCase().replaceAll(' ', '')).join('\n')
