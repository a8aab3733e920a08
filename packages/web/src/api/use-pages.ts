// A list of the hub, page after page by its opaque cursor.
import { useInfiniteQuery } from '@tanstack/react-query'
import { useConsole } from '../session/console-context.ts'
import { type QueryValue, withQuery } from './path.ts'

export interface Page<Item> {
  readonly items: Item[]
  readonly nextCursor?: string
}

const PAGE_SIZE = 50

export interface PagedList<Item> {
  /** `undefined` until the first page is here. */
  readonly items: Item[] | undefined
  readonly error: Error | null
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly loadMore: () => void
}

/** @param query filters besides cursor and limit; part of `queryKey` */
export function usePages<Item>(
  queryKey: readonly unknown[],
  base: string,
  query: Readonly<Record<string, QueryValue>>,
): PagedList<Item> {
  const { client } = useConsole()
  const list = useInfiniteQuery({
    queryKey,
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      client.get<Page<Item>>(withQuery(base, { ...query, cursor: pageParam, limit: PAGE_SIZE }), signal),
    getNextPageParam: (page) => page.nextCursor,
    // While a new search is under way, the rows of the previous one stay.
    placeholderData: (previous) => previous,
  })
  return {
    items: list.data?.pages.flatMap((page) => page.items),
    error: list.error,
    hasMore: list.hasNextPage,
    isLoadingMore: list.isFetchingNextPage,
    loadMore: () => void list.fetchNextPage(),
  }
}
