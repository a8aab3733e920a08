// A form that is only submitted on purpose: Enter that ends the composition of a Hangul syllable does not count.
import type { FormEvent, KeyboardEvent, ReactNode } from 'react'
import { isComposing } from './composition.ts'

export function EntryForm(props: {
  label: string
  onSubmit: () => void
  testId?: string
  children: ReactNode
}) {
  const swallowComposing = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && isComposing(event.nativeEvent)) {
      event.preventDefault()
      event.stopPropagation()
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    event.stopPropagation()
    props.onSubmit()
  }
  return (
    <form
      aria-label={props.label}
      data-testid={props.testId}
      noValidate
      onSubmit={submit}
      onKeyDownCapture={swallowComposing}
    >
      {props.children}
    </form>
  )
}
