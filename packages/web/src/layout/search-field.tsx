// The search above a list. The hub searches; typing is given a moment, so that each syllable is no request.
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useState } from 'react'
import { Icon } from './icon.tsx'

const PAUSE_MS = 250

export function SearchField(props: { label: string; onSearch: (text: string) => void; testId: string }) {
  const [text, setText] = useState('')
  // macOS types Hangul decomposed; the register is composed.
  const search = useDebouncedCallback(
    (written: string) => props.onSearch(written.normalize('NFC').trim()),
    PAUSE_MS,
  )
  return (
    <TextInput
      type="search"
      aria-label={props.label}
      placeholder={props.label}
      leftSection={<Icon name="search" />}
      value={text}
      maxLength={200}
      onChange={(event) => {
        setText(event.currentTarget.value)
        search(event.currentTarget.value)
      }}
      data-testid={props.testId}
      className="search-field"
    />
  )
}
