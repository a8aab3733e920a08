# A camera for tests: serves a video file by RTSP, over and over, behind a password. Says "ready PORT" when it listens.
# Usage: rtsp-server.py ADDRESS VIDEO USER PASSWORD basic|digest
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

address, video, user, password, method = sys.argv[1:6]
Gst.init(None)
server = GstRtspServer.RTSPServer()
server.set_address(address)
server.set_service("0")

auth = GstRtspServer.RTSPAuth()
token = GstRtspServer.RTSPToken()
token.set_string("media.factory.role", "viewer")
if method == "digest":
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    auth.add_digest(user, password, token)
else:
    auth.add_basic(GstRtspServer.RTSPAuth.make_basic(user, password), token)
server.set_auth(auth)

SOUND = "audiotestsrc is-live=true ! mulawenc ! rtppcmupay name=pay0 pt=0"
PICTURE = (
    f'filesrc location="{video}" ! decodebin ! videoconvert ! videoscale ! video/x-raw,format=I420,width=384,height=288'
    " ! x264enc tune=zerolatency speed-preset=ultrafast key-int-max=10 ! rtph264pay name=pay0 pt=96 config-interval=1"
)
for path, launch in (("/gate", PICTURE), ("/sound", SOUND)):
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( {launch} )")
    factory.set_shared(path == "/sound")
    permissions = GstRtspServer.RTSPPermissions()
    permissions.add_permission_for_role("viewer", "media.factory.access", True)
    permissions.add_permission_for_role("viewer", "media.factory.construct", True)
    factory.set_permissions(permissions)
    server.get_mount_points().add_factory(path, factory)

if server.attach(None) == 0:
    sys.exit("the address cannot be listened on")
print("ready", server.get_bound_port(), flush=True)
GLib.MainLoop().run()
