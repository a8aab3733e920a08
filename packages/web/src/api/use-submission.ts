// Sends what a form holds as one acting request: repeated by a second click only under the same Idempotency-Key.
import { useMutation } from '@tanstack/react-query'
import { useMemo } from 'react'
import { SubmissionKey } from './submission-key.ts'

export interface Submission<Content> {
  readonly submit: (content: Content) => void
  readonly isPending: boolean
  readonly error: Error | null
  readonly reset: () => void
}

/**
 * @param send carries the content to the hub under the given key
 * @param onDone called with what the hub made of it
 */
export function useSubmission<Content, Result>(
  send: (content: Content, key: string) => Promise<Result>,
  onDone: (result: Result, content: Content) => void,
): Submission<Content> {
  const key = useMemo(() => new SubmissionKey(), [])
  const mutation = useMutation({
    mutationFn: (content: Content) => send(content, key.keyFor(content)),
    onSuccess: (result, content) => {
      key.settle({})
      onDone(result, content)
    },
    onError: (error) => key.settle({ error }),
  })
  return {
    submit: (content) => mutation.mutate(content),
    isPending: mutation.isPending,
    error: mutation.error,
    reset: mutation.reset,
  }
}
