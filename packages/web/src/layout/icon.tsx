// The icons of the console as strokes on a 24 by 24 grid, drawn here so that no font or sprite is fetched.

const STROKES = {
  alert: 'M12 3 2.5 20h19L12 3zM12 10v4M12 17v.01',
  check: 'M4 12.5 9.5 18 20 6.5',
  cross: 'M6 6l12 12M18 6 6 18',
  clock: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7v5l3 2',
  question: 'M9 9a3 3 0 1 1 4 2.8c-.7.3-1 .8-1 1.7M12 17v.01M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18z',
  eye: 'M2 12s3.5-6.5 10-6.5S22 12 22 12s-3.5 6.5-10 6.5S2 12 2 12zM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5z',
  eyeOff:
    'M3 3l18 18M6.5 7.5C3.7 9.3 2 12 2 12s3.5 6.5 10 6.5c1.7 0 3.2-.4 4.5-1M10 5.7c.6-.1 1.3-.2 2-.2 6.5 0 10 6.5 10 6.5s-.9 1.6-2.5 3.2',
  play: 'M8 5v14l11-7z',
  stop: 'M6 6h12v12H6z',
  plus: 'M12 5v14M5 12h14',
  edit: 'M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 21 21',
  monitor: 'M3 4h18v12H3zM8 20h8M12 16v4',
  box: 'M3 7.5 12 3l9 4.5v9L12 21l-9-4.5zM3 7.5l9 4.5 9-4.5M12 12v9',
  device: 'M4 5h16v10H4zM2 19h20M9 15v4M15 15v4',
  link: 'M9 15l6-6M7.5 11 5 13.5a3.9 3.9 0 0 0 5.5 5.5L13 16.5M16.5 13l2.5-2.5A3.9 3.9 0 0 0 13.5 5L11 7.5',
  linkOff:
    'M3 3l18 18M7.5 11 5 13.5a3.9 3.9 0 0 0 5.5 5.5L13 16.5M16.5 13l2.5-2.5A3.9 3.9 0 0 0 13.5 5L11 7.5',
  signOut: 'M14 4h5v16h-5M10 8l-4 4 4 4M6 12h10',
  swap: 'M7 4v15M7 4 4 7M7 4l3 3M17 20V5M17 20l-3-3M17 20l3-3',
  upload: 'M12 16V4M7 9l5-5 5 5M4 20h16',
  download: 'M12 4v12M7 11l5 5 5-5M4 20h16',
  trash: 'M4 7h16M9 7V4h6v3M6 7l1 13h10l1-13',
  globe: 'M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM3 12h18M12 3c3 3 3 15 0 18M12 3c-3 3-3 15 0 18',
  copy: 'M8 8h12v12H8zM4 16V4h12',
  key: 'M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM11 12l8-8M16 7l3 3',
} as const

export type IconName = keyof typeof STROKES

/** Decorative: the meaning always stands beside it as text, or as the label of its button. */
export function Icon({ name, size = 16 }: { name: IconName; size?: number }) {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
      focusable="false"
    >
      <path d={STROKES[name]} />
    </svg>
  )
}
