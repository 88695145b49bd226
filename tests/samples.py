"""Recordings, pictures and documents as browsers, cameras and offices make them."""

from __future__ import annotations

import io
import zipfile
from fractions import Fraction

import av
import numpy as np

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def recording(form: str = "webm", codec: str = "libopus", rate: int = 48_000, seconds: float = 1.0) -> bytes:
    """A tone, as MediaRecorder (webm with Opus, mp4 with AAC) or an old phone (amr) keeps it."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as packed:
        stream = packed.add_stream(codec, rate=rate, layout="mono")
        tone = (np.sin(2 * np.pi * 440 * np.arange(int(rate * seconds)) / rate) * 8000).astype(np.int16)
        frame = av.AudioFrame.from_ndarray(tone[None, :], format="s16", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=stream.codec_context.frame_size or rate // 50)
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            packed.mux(stream.encode(piece))
        packed.mux(stream.encode(None))
    return out.getvalue()


def picture(width: int = 64, height: int = 48, codec: str = "mjpeg", *, place: str = "", turned: bool = False) -> bytes:
    """A gradient; as a JPEG it may carry where it was taken, and that the camera was held upright."""
    pixels = np.zeros((height, width, 3), dtype=np.uint8)
    pixels[:] = np.linspace(0, 255, width).astype(np.uint8)[None, :, None]
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuvj420p" if codec == "mjpeg" else "rgb24")
    encoder = av.CodecContext.create(codec, "w")
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = width, height, frame.format.name, Fraction(1)
    frame.pts, frame.time_base = 0, Fraction(1)
    drawn = b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
    if not place and not turned:
        return drawn
    value = place.encode() + b"\0"
    turn = b"\x01\x12\0\x03\0\0\0\x01\0\x06\0\0" if turned else b"\x01\x12\0\x03\0\0\0\x01\0\x01\0\0"
    tags = b"\x01\x0e\0\x02" + len(value).to_bytes(4, "big") + (8 + 2 + 24 + 4).to_bytes(4, "big") + turn  # ImageDescription, Orientation
    exif = b"Exif\0\0MM\0*\0\0\0\x08\0\x02" + tags + b"\0\0\0\0" + value
    return drawn[:2] + b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif + drawn[2:]


def film(form: str = "mp4", codec: str = "mpeg4") -> bytes:
    """Four frames of grey, with the place where they were taken."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as packed:
        packed.metadata["location"] = "+52.5200+013.4050/"
        stream = packed.add_stream(codec, rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(4):
            packed.mux(stream.encode(av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, dtype=np.uint8), format="rgb24")))
        packed.mux(stream.encode(None))
    return out.getvalue()


def word(*more: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in ("[Content_Types].xml", "word/document.xml", *more):
            packed.writestr(name, "<x/>")
    return out.getvalue()
