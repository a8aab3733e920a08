// What the package form holds as text and what it means to the hub. Pure.
import { type AiPackage, formatTags, type PackageEntry, parseTags } from '@bongsu/protocol'
import type { TextKey } from '../locales/translation.ts'

export interface PackageFormValues {
  id: string
  koreanName: string
  fileName: string
  copyrightHolder: string
  description: string
  licence: string
  /** Parted by commas. */
  tags: string
}

export type PackageField = keyof PackageFormValues

const FIELDS: readonly PackageField[] = [
  'id',
  'koreanName',
  'fileName',
  'copyrightHolder',
  'description',
  'licence',
  'tags',
]

/** A fault of one tag is one of them all. */
export const packageFieldOf = (pointer: string): PackageField | undefined =>
  FIELDS.find((field) => pointer === `/${field}` || pointer.startsWith(`/${field}/`))

export const toPackageFormValues = (registered: AiPackage | undefined): PackageFormValues => ({
  id: registered?.id ?? '',
  koreanName: registered?.koreanName ?? '',
  fileName: registered?.fileName ?? '',
  copyrightHolder: registered?.copyrightHolder ?? '',
  description: registered?.description ?? '',
  licence: registered?.licence ?? '',
  tags: formatTags(registered?.tags ?? []),
})

const tidy = (text: string) => text.normalize('NFC').trim()

export function toPackageEntry(values: PackageFormValues): PackageEntry {
  const description = tidy(values.description)
  const licence = tidy(values.licence)
  const tags = parseTags(values.tags)
  return {
    koreanName: tidy(values.koreanName),
    fileName: tidy(values.fileName),
    copyrightHolder: tidy(values.copyrightHolder),
    ...(description === '' ? {} : { description }),
    ...(licence === '' ? {} : { licence }),
    ...(tags.length === 0 ? {} : { tags }),
  }
}

/** As `PackageId` of the contract. */
const PACKAGE_ID = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/

export function findPackageFaults(values: PackageFormValues): Partial<Record<PackageField, TextKey>> {
  const faults: Partial<Record<PackageField, TextKey>> = {}
  for (const field of ['id', 'koreanName', 'fileName', 'copyrightHolder'] as const) {
    if (tidy(values[field]) === '') faults[field] = 'form.required'
  }
  if (!faults.id && !PACKAGE_ID.test(tidy(values.id))) faults.id = 'form.packageId'
  return faults
}
