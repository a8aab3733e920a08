// AI packages as the hub knows them: the searched list and one package with its versions.
import type { AiPackage } from '@bongsu/protocol'
import { useQuery } from '@tanstack/react-query'
import { queryKeys } from '../api/affected-queries.ts'
import { path } from '../api/path.ts'
import { usePages } from '../api/use-pages.ts'
import { useConsole } from '../session/console-context.ts'

export const usePackages = (search: string) =>
  usePages<AiPackage>(queryKeys.packageList(search), '/packages', { q: search })

export function usePackage(id: string | undefined) {
  const { client } = useConsole()
  return useQuery({
    queryKey: queryKeys.package(id ?? ''),
    queryFn: ({ signal }) => client.get<AiPackage>(path('packages', id ?? ''), signal),
    enabled: id !== undefined,
  })
}
