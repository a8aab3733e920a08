// An image with programs of Debian in a dozen toolkits, none of them made for containers.
import { ensureLayeredImage } from './layered-image.ts'

const PACKAGES = [
  ...['zenity', 'gtk-4-examples', 'python3-tk', 'python3-pyqt6', 'python3-pygame', 'mesa-utils', 'ffmpeg'],
  ...['netsurf-gtk', 'dillo', 'x11-apps', 'python3-wxgtk4.0', 'libgl1-mesa-dri'],
]

/** Reference of the image; on the base of the sample AI package, so it has PyQt5 and OpenCV too. */
export const programImage = (): Promise<string> =>
  ensureLayeredImage({
    name: 'programs',
    base: { kind: 'gui' },
    instructions: [
      'ENV DEBIAN_FRONTEND=noninteractive',
      `RUN apt-get update && apt-get install -y --no-install-recommends ${PACKAGES.join(' ')} && rm -rf /var/lib/apt/lists/*`,
    ],
  })
