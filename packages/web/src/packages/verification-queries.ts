// The smoke run of a version as the hub knows it, and the picture it took.
import type { PackageVersion, Verification } from '@bongsu/protocol'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import { queryKeys } from '../api/affected-queries.ts'
import { path } from '../api/path.ts'
import { ProblemError } from '../api/problem.ts'
import { useConsole } from '../session/console-context.ts'

type VersionKey = Pick<PackageVersion, 'packageId' | 'version'>

/** `null`: it has never run. */
export function useVerification({ packageId, version }: VersionKey) {
  const { client } = useConsole()
  const address = path('packages', packageId, 'versions', version, 'verification')
  return useQuery({
    queryKey: queryKeys.verification(packageId, version),
    queryFn: async ({ signal }) => {
      try {
        return await client.get<Verification>(address, signal)
      } catch (error) {
        if (error instanceof ProblemError && error.problem.code === 'HUB_VERIFICATION_NOT_FOUND') return null
        throw error
      }
    },
  })
}

/** Puts an answer in place before the hub tells of it. */
export function useVerificationUpdate() {
  const queries = useQueryClient()
  return useCallback(
    (verification: Verification) => {
      const { packageId, version } = verification
      queries.setQueryData(queryKeys.verification(packageId, version), verification)
    },
    [queries],
  )
}

/** @param takenAt tells one picture from the next */
export function useVersionPicture({ packageId, version }: VersionKey, takenAt: string) {
  const { client } = useConsole()
  const address = path('packages', packageId, 'versions', version, 'picture')
  return useQuery({
    queryKey: [...queryKeys.verification(packageId, version), 'picture', takenAt],
    queryFn: ({ signal }) => client.download(address, signal),
    staleTime: Number.POSITIVE_INFINITY,
  })
}
