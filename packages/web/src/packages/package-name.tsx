// The Korean name of a package by its id; the id itself until the name is known, or when it no longer is.
import { usePackage } from './package-queries.ts'

export const PackageName = ({ id }: { id: string }) => (
  <span title={id}>{usePackage(id).data?.koreanName ?? id}</span>
)
