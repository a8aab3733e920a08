// Colours, fonts and defaults of the console. Fonts are those of the machine: none is fetched.
import { createTheme } from '@mantine/core'

const SANS = [
  'Pretendard',
  '"Noto Sans KR"',
  '"Noto Sans CJK KR"',
  '"Apple SD Gothic Neo"',
  '"Malgun Gothic"',
  'NanumGothic',
  'system-ui',
  'sans-serif',
].join(', ')

export const theme = createTheme({
  primaryColor: 'indigo',
  fontFamily: SANS,
  fontFamilyMonospace: 'ui-monospace, Menlo, Consolas, "D2Coding", monospace',
  headings: { fontFamily: SANS },
  defaultRadius: 'sm',
  autoContrast: true,
})
