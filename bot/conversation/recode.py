"""Recordings, pictures and films made anew: in a form that messengers take, and without a trace of device, place and time."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import av
import av.filter
from av.audio.stream import AudioStream
from av.container import InputContainer

from bot.errors import HomewardError

RATE, BITS = 48_000, 32_000  #: of a recording: speech is clear, four minutes are one megabyte
LONGEST_SIDE = 2048  #: pixels of a picture that we send: enough to read a letter, and a person may pay for each megabyte
MOST_PIXELS = 60_000_000  #: a small file may hold an enormous picture
LOSSLESS = 1_500_000  #: bytes up to which a drawing or a screenshot stays as sharp as it is
#: The camera was held so; degrees against the clock, as ffmpeg counts them.
_TURNS = {90: (("transpose", "cclock"),), -90: (("transpose", "clock"),), 180: (("hflip", ""), ("vflip", "")), -180: (("hflip", ""), ("vflip", ""))}
_BROKEN = (av.FFmpegError, ValueError, IndexError, StopIteration, EOFError, MemoryError)


class Unreadable(HomewardError):
    """The bytes are not what their beginning says."""


@contextmanager
def _reading(content: bytes) -> Iterator[InputContainer]:
    """Whatever a broken file makes ffmpeg say, it is Unreadable."""
    try:
        with av.open(io.BytesIO(content), "r", metadata_errors="ignore") as source:
            yield source
    except _BROKEN as error:
        raise Unreadable from error


def has_video(content: bytes) -> bool:
    try:
        with _reading(content) as source:
            return bool(source.streams.video)
    except Unreadable:
        return False


def voice(content: bytes) -> bytes:
    """A recording as messengers want it: Opus in Ogg. What is Opus already is only packed anew."""
    with _reading(content) as source:
        stream = source.streams.audio[0]
        return _repacked(source, [stream], "ogg") if stream.codec_context.name in ("opus", "libopus") else _encoded(source, stream)


def seconds(content: bytes) -> int:
    """How long a recording is, to the nearest second."""
    with _reading(content) as source:
        return max(1, round((source.duration or 0) / av.time_base))


def without_traces(content: bytes) -> bytes:
    """A film packed anew, without place, time and device."""
    with _reading(content) as source:
        return _repacked(source, [*source.streams.video[:1], *source.streams.audio[:1]], "mp4")


def _repacked(source: InputContainer, streams: list[Any], form: str) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format=form) as packed:
        there = {stream.index: packed.add_stream_from_template(stream) for stream in streams}
        for packet in source.demux(*streams):
            if packet.dts is not None:
                packet.stream = there[packet.stream.index]
                packed.mux(packet)
    return out.getvalue()


def _encoded(source: InputContainer, stream: AudioStream) -> bytes:
    out = io.BytesIO()
    with av.open(out, "w", format="ogg") as packed:
        opus = packed.add_stream("libopus", rate=RATE, layout="mono")
        assert isinstance(opus, AudioStream)
        opus.bit_rate = BITS
        resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE, frame_size=RATE // 50)
        for frame in source.decode(stream):
            for piece in resampler.resample(frame):
                packed.mux(opus.encode(piece))
        for piece in resampler.resample(None):
            packed.mux(opus.encode(piece))
        packed.mux(opus.encode(None))
    return out.getvalue()


def picture(content: bytes, *, lossless: bool) -> tuple[bytes, str]:
    """The picture upright, at most so large, with nothing but its pixels; and its type."""
    with _reading(content) as source:
        stream = source.streams.video[0]
        if stream.width * stream.height > MOST_PIXELS:
            raise Unreadable
        frame = next(source.decode(stream))
        turned = _TURNS.get(frame.rotation, ())
        if lossless:
            drawn = _still(_filtered(stream, frame, turned), "png")
            if len(drawn) <= LOSSLESS:
                return drawn, "image/png"
        return _still(_filtered(stream, frame, (*turned, ("format", "yuvj420p"))), "mjpeg"), "image/jpeg"


def _filtered(stream: Any, frame: av.VideoFrame, steps: tuple[tuple[str, str], ...]) -> av.VideoFrame:
    graph = av.filter.Graph()
    last = graph.add_buffer(template=stream)
    side = f"w='min({LONGEST_SIDE},iw)':h='min({LONGEST_SIDE},ih)':force_original_aspect_ratio=decrease:force_divisible_by=2"
    shrink = (("scale", side),) if max(frame.width, frame.height) > LONGEST_SIDE else ()
    for name, arguments in (*shrink, *steps):
        step = graph.add(name, arguments or None)
        last.link_to(step)
        last = step
    last.link_to(sink := graph.add("buffersink"))
    sink_ready = sink
    graph.configure()
    graph.push(frame)
    graph.push(None)
    found = sink_ready.pull()
    assert isinstance(found, av.VideoFrame)
    return found


def _still(frame: av.VideoFrame, codec: str) -> bytes:
    encoder = av.CodecContext.create(codec, "w")
    assert isinstance(encoder, av.VideoCodecContext)
    encoder.width, encoder.height, encoder.pix_fmt, encoder.time_base = frame.width, frame.height, frame.format.name, Fraction(1)
    if codec == "mjpeg":
        encoder.options = {"qmin": "3", "qmax": "3"}
    frame.pts, frame.time_base = 0, Fraction(1)
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
