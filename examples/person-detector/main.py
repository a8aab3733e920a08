"""Sample AI package: finds pedestrians in surveillance video and shows them in a PyQt5 window.

Detection runs in a thread of its own, the window only draws. All text is drawn by Qt: OpenCV's own putText has no Hangul.
"""

import signal
import sys
import time
from collections import deque
from pathlib import Path

import cv2
from PyQt5.QtCore import QPointF, QRectF, Qt, QThread, QTimer, pyqtSignal
from PyQt5.QtGui import QColor, QFont, QImage, QPainter, QPainterPath, QPen
from PyQt5.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QMainWindow, QVBoxLayout, QWidget

VIDEO = Path(__file__).resolve().parent / "vtest.avi"
TITLE = "봉수 사람 검출 예제"
HISTORY_SECONDS = 60
# HOG's window is 64x128 pixels; the clip's people are about 90 high, so detection sees an enlarged picture.
DETECTION_SCALE = 1.25
MINIMUM_WEIGHT = 0.35
# Detecting costs a hundred times what drawing does; people move little from one frame to the next.
DETECT_EVERY_FRAMES = 2

INK, MUTED, GROUND, PANEL, LINE, ACCENT, ALERT = (
    "#e8edf4", "#8b98a9", "#10151c", "#171e27", "#263140", "#37c58b", "#f2b84b",
)


class Detector(QThread):
    """Reads the clip for ever at its own speed and says what it saw in each frame."""

    detected = pyqtSignal(object, list, float)
    failed = pyqtSignal(str)

    def run(self):
        hog = cv2.HOGDescriptor()
        hog.setSVMDetector(cv2.HOGDescriptor_getDefaultPeopleDetector())
        while not self.isInterruptionRequested():
            clip = cv2.VideoCapture(str(VIDEO))
            if not clip.isOpened():
                self.failed.emit(f"영상을 열 수 없습니다: {VIDEO}")
                return
            self.play(clip, hog)
            clip.release()

    def play(self, clip, hog):
        interval = 1 / (clip.get(cv2.CAP_PROP_FPS) or 10)
        due = time.monotonic()
        people, seconds, number = [], 0.0, 0
        while not self.isInterruptionRequested():
            read, frame = clip.read()
            if not read:
                return
            if number % DETECT_EVERY_FRAMES == 0:
                started = time.monotonic()
                people = find_people(hog, frame)
                seconds = time.monotonic() - started
            number += 1
            self.detected.emit(frame, people, seconds)
            due += interval
            wait = due - time.monotonic()
            if wait > 0:
                time.sleep(wait)
            else:
                due = time.monotonic()


def find_people(hog, frame):
    """Boxes (x, y, width, height, weight) in the frame's own pixels, without near duplicates."""
    enlarged = cv2.resize(frame, None, fx=DETECTION_SCALE, fy=DETECTION_SCALE)
    grey = cv2.cvtColor(enlarged, cv2.COLOR_BGR2GRAY)
    boxes, weights = hog.detectMultiScale(grey, winStride=(8, 8), padding=(8, 8), scale=1.08)
    boxes = [[int(value / DETECTION_SCALE) for value in box] for box in boxes]
    weights = [float(weight) for weight in weights]
    if not boxes:
        return []
    kept = cv2.dnn.NMSBoxes(boxes, weights, MINIMUM_WEIGHT, 0.45)
    return [(*boxes[int(index)], weights[int(index)]) for index in kept]


class VideoView(QWidget):
    """The picture as large as fits, with a labelled box around each person."""

    def __init__(self):
        super().__init__()
        self.image = None
        self.people = []
        self.message = "영상을 준비하고 있습니다…"
        self.setMinimumSize(480, 360)

    def show_frame(self, frame, people):
        height, width, _ = frame.shape
        self.image = QImage(frame.data, width, height, 3 * width, QImage.Format_BGR888).copy()
        self.people = people
        self.update()

    def show_message(self, message):
        self.image, self.message = None, message
        self.update()

    def paintEvent(self, _event):
        painter = QPainter(self)
        painter.setRenderHints(QPainter.Antialiasing | QPainter.SmoothPixmapTransform)
        painter.fillRect(self.rect(), QColor("#06090d"))
        if self.image is None:
            painter.setPen(QColor(MUTED))
            painter.drawText(self.rect(), Qt.AlignCenter, self.message)
            return
        scale = min(self.width() / self.image.width(), self.height() / self.image.height())
        painter.translate(
            (self.width() - self.image.width() * scale) / 2, (self.height() - self.image.height() * scale) / 2
        )
        painter.scale(scale, scale)
        painter.drawImage(0, 0, self.image)
        for number, person in enumerate(sorted(self.people), start=1):
            draw_person(painter, number, person)


def draw_person(painter, number, person):
    x, y, width, height, weight = person
    colour = QColor(ACCENT if weight >= 0.7 else ALERT)
    box = QRectF(x + width * 0.12, y + height * 0.06, width * 0.76, height * 0.88)
    fill = QColor(colour)
    fill.setAlpha(36)
    painter.setPen(QPen(colour, 2))
    painter.setBrush(fill)
    painter.drawRoundedRect(box, 4, 4)
    label = f"사람 {number}"
    painter.setFont(QFont("NanumGothic", 9, QFont.Bold))
    width = painter.fontMetrics().horizontalAdvance(label) + 12
    tag = QRectF(box.left(), max(0, box.top() - 20), width, 18)
    painter.setPen(Qt.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(tag, 4, 4)
    painter.setPen(QColor("#08130e"))
    painter.drawText(tag, Qt.AlignCenter, label)


class Chart(QWidget):
    """How many people there were over the last minute."""

    def __init__(self):
        super().__init__()
        self.samples = deque()
        self.setMinimumHeight(96)

    def add(self, count):
        now = time.monotonic()
        self.samples.append((now, count))
        while now - self.samples[0][0] > HISTORY_SECONDS:
            self.samples.popleft()
        self.update()

    def paintEvent(self, _event):
        painter = QPainter(self)
        painter.setRenderHint(QPainter.Antialiasing)
        area = QRectF(self.rect()).adjusted(0, 4, 0, -4)
        painter.setPen(QPen(QColor(LINE), 1))
        for part in range(4):
            y = area.top() + area.height() * part / 3
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
        if len(self.samples) < 2:
            return
        now = self.samples[-1][0]
        top = max(4, max(count for _, count in self.samples))
        points = [
            QPointF(
                area.right() - (now - at) / HISTORY_SECONDS * area.width(),
                area.bottom() - count / top * area.height(),
            )
            for at, count in self.samples
        ]
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.setPen(QPen(QColor(ACCENT), 2))
        painter.drawPath(path)
        path.lineTo(points[-1].x(), area.bottom())
        path.lineTo(points[0].x(), area.bottom())
        shade = QColor(ACCENT)
        shade.setAlpha(40)
        painter.fillPath(path, shade)


class Figure(QFrame):
    """A caption with a large value."""

    def __init__(self, caption, unit, size=26):
        super().__init__()
        self.setObjectName("figure")
        self.unit = unit
        self.value = QLabel("–")
        self.value.setStyleSheet(f"font-size: {size}px; font-weight: 700; color: {INK};")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 12, 16, 12)
        layout.setSpacing(2)
        layout.addWidget(caption_label(caption))
        layout.addWidget(self.value)

    def set(self, value):
        self.value.setText(f"{value}<span style='font-size:14px; font-weight:400; color:{MUTED}'> {self.unit}</span>")


def caption_label(text):
    label = QLabel(text)
    label.setStyleSheet(f"color: {MUTED}; font-size: 13px;")
    return label


class Window(QMainWindow):
    def __init__(self):
        super().__init__()
        self.setWindowTitle(TITLE)
        self.frame_times = deque(maxlen=30)
        self.most = 0
        self.view = VideoView()
        self.count = Figure("현재 인원", "명", size=44)
        self.peak = Figure("최대 인원", "명")
        self.rate = Figure("처리 속도", "프레임/초")
        self.delay = Figure("검출 시간", "밀리초")
        self.chart = Chart()
        self.clock = QLabel()
        self.clock.setStyleSheet(f"color: {MUTED}; font-size: 13px;")
        self.setCentralWidget(self.arrange())
        self.setStyleSheet(
            f"QMainWindow, QWidget {{ background: {GROUND}; color: {INK}; font-family: 'NanumGothic'; }}"
            f"#header {{ border-bottom: 1px solid {LINE}; }}"
            f"#figure {{ background: {PANEL}; border: 1px solid {LINE}; border-radius: 8px; }}"
            f"#figure QLabel, #header QLabel {{ background: transparent; }}"
        )
        tick = QTimer(self)
        tick.timeout.connect(self.show_time)
        tick.start(1000)
        self.show_time()

    def arrange(self):
        panel = QVBoxLayout()
        panel.setSpacing(12)
        panel.addWidget(self.count)
        panel.addWidget(self.peak)
        panel.addWidget(self.rate)
        panel.addWidget(self.delay)
        panel.addWidget(caption_label("최근 1분 인원 변화"))
        panel.addWidget(self.chart)
        panel.addStretch(1)
        panel.addWidget(caption_label("모델: OpenCV HOG + SVM 보행자 검출기\n영상: vtest.avi (OpenCV 예제)"))
        side = QWidget()
        side.setFixedWidth(250)
        side.setLayout(panel)
        panel.setContentsMargins(0, 0, 0, 0)
        body = QHBoxLayout()
        body.setContentsMargins(16, 16, 16, 16)
        body.setSpacing(16)
        body.addWidget(self.view, 1)
        body.addWidget(side)
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header())
        layout.addLayout(body, 1)
        return page

    def header(self):
        header = QWidget()
        header.setObjectName("header")
        header.setAttribute(Qt.WA_StyledBackground)
        name = QLabel(TITLE)
        name.setStyleSheet("font-size: 20px; font-weight: 700;")
        place = QLabel("● 검출 중")
        place.setStyleSheet(f"color: {ACCENT}; font-size: 14px;")
        layout = QHBoxLayout(header)
        layout.setContentsMargins(20, 12, 20, 12)
        layout.setSpacing(16)
        layout.addWidget(name)
        layout.addWidget(place)
        layout.addStretch(1)
        layout.addWidget(self.clock)
        return header

    def show_time(self):
        self.clock.setText(time.strftime("%Y년 %m월 %d일 %H:%M:%S"))

    def show_detection(self, frame, people, seconds):
        self.view.show_frame(frame, people)
        self.frame_times.append(time.monotonic())
        self.most = max(self.most, len(people))
        self.count.set(len(people))
        self.peak.set(self.most)
        self.delay.set(f"{seconds * 1000:.0f}")
        span = self.frame_times[-1] - self.frame_times[0]
        if span > 0:
            self.rate.set(f"{(len(self.frame_times) - 1) / span:.1f}")
        self.chart.add(len(people))
        # Before the first frame there is nothing to see: an empty window would be taken for the program at work.
        self.show()

    def show_failure(self, message):
        self.view.show_message(message)
        self.show()


def main():
    # Two threads leave room for everything else on a small device.
    cv2.setNumThreads(2)
    application = QApplication(sys.argv)
    application.setApplicationName(TITLE)
    application.setFont(QFont("NanumGothic", 10))
    window = Window()
    detector = Detector()
    detector.detected.connect(window.show_detection)
    detector.failed.connect(window.show_failure)

    def stop(*_):
        detector.requestInterruption()
        application.quit()

    # The clock's timer lets Python see a signal within a second.
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    # The whole screen: on a kiosk there is no window manager that would do it.
    window.setGeometry(application.primaryScreen().availableGeometry())
    detector.start()
    code = application.exec_()
    detector.requestInterruption()
    detector.wait(2000)
    return code


if __name__ == "__main__":
    sys.exit(main())
