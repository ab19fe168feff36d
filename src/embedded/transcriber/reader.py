"""Reads speech: the child process of server.py that holds the model.

It is a process of its own so that a job can be ended at once (the model's code cannot be interrupted), and so that
media that crash or bloat a decoder take nothing else with them.

Jobs come over a socket, one at a time: a JSON line {"task", "language"} together with the open file of the recording.
The answer is one JSON line: {"language", "duration", "segments"} with times in seconds, or {"refused": code}.
"""

from __future__ import annotations

import array
import json
import os
import select
import socket
import sys
import threading

RATE = 16_000
"""Samples a second that Whisper hears."""

VAD = {"min_silence_duration_ms": 1_000, "speech_pad_ms": 400, "min_speech_duration_ms": 100}
"""Silences of a second and more are taken out before the model hears anything: it invents words in silence. What lasts less than a
tenth of a second is no word."""

BRIEF, VOICE = 3.0, 0.7
"""A sound of less than BRIEF seconds counts as speech when one moment of it is as likely a voice as VOICE; one word said into a bad
microphone reaches 0.89, birds and whistles stay below."""

GUARDS = {
    "condition_on_previous_text": False,
    "no_speech_threshold": 0.6,
    "log_prob_threshold": -1.0,
    "compression_ratio_threshold": 2.4,
    "hallucination_silence_threshold": 2.0,
    "temperature": [0.0, 0.3, 0.6],
    "best_of": 3,
}
"""What Whisper's authors and users found to hold back invented text; few second tries bound the time."""

GUESSED = -2.0
"""Mean log probability below which the model was guessing from first to last; hard speech is near -1."""

SHORTEST = 0.06
"""Seconds: a word shorter than this found no place in the sound."""

LONGEST = 40
"""Letters: no word of any language is longer."""

CREDITS = {
    "ترجمة نانسي قنقر",
    "اشتركوا في القناة",
    "شكرا على المشاهدة",
    "شكرا للمشاهدة",
    "subtitles by the amara org community",
    "thanks for watching",
    "thank you for watching",
    "subtítulos realizados por la comunidad de amara org",
    "subtítulos por la comunidad de amara org",
    "sous titres réalisés par la communauté d amara org",
    "altyazı m k",
    "زیرنویس توسط انجمن amara org",
}
"""Closing lines of films that Whisper learnt from subtitles and says over noise: dropped when they are a whole segment."""


class Refused(Exception):
    """The recording cannot be read; the argument is a code for the caller."""


def limit_memory(megabytes: int) -> None:
    """Caps the address space and forbids core dumps, which would hold speech. macOS and CUDA know no such cap."""
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if megabytes > 0:
        try:
            resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        except (ValueError, OSError):
            pass


def die_with_parent(line: socket.socket) -> None:
    """Ends this process when the server goes, even while the model runs."""

    def watch() -> None:
        poll = select.poll()
        poll.register(line, select.POLLHUP | select.POLLERR)
        while not poll.poll():
            pass
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()


def samples(file, limit_seconds: int):
    """Decodes any audio or video file to mono float samples at RATE.

    Raises Refused: `not_audio` (nothing in it can be decoded), `too_long`.
    """
    import av
    import numpy as np

    heard = array.array("f")
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)

    def keep(frames) -> None:
        for frame in frames:
            heard.frombytes(frame.to_ndarray().astype(np.float32).tobytes())
        if len(heard) > limit_seconds * RATE:
            raise Refused("too_long")

    try:
        with av.open(file, mode="r", metadata_errors="ignore") as container:
            if not container.streams.audio:
                raise Refused("not_audio")
            for packet in container.demux(audio=0):
                try:
                    for frame in packet.decode():
                        frame.pts = None
                        keep(resampler.resample(frame))
                except av.error.InvalidDataError:
                    continue
            keep(resampler.resample(None))
    except (av.error.FFmpegError, ValueError, OverflowError) as problem:
        # A recording cut off in mid-write still gives what was heard before the cut.
        if not heard:
            raise Refused("not_audio") from problem
    if not heard:
        raise Refused("not_audio")
    return np.frombuffer(heard, dtype=np.float32)


def is_voice(audio) -> bool:
    """Whether a stretch that may be speech has a voice in it."""
    import numpy as np
    from faster_whisper.vad import get_vad_model

    if len(audio) >= BRIEF * RATE:
        return True
    step = 512
    return float(np.max(get_vad_model()(np.pad(audio, (0, -len(audio) % step))))) >= VOICE


def plain(text: str) -> str:
    """Letters and digits only, single-spaced, for comparing with CREDITS."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def read(model, audio, task: str, language: str | None) -> dict:
    """Transcribes (`task` "transcribe") or writes in English (`task` "translate") what is said in `audio`."""
    import ctranslate2
    import numpy as np
    from faster_whisper.transcribe import restore_speech_timestamps
    from faster_whisper.vad import VadOptions, collect_chunks, get_speech_timestamps

    duration = len(audio) / RATE
    speech = [stretch for stretch in get_speech_timestamps(audio, VadOptions(**VAD)) if is_voice(audio[stretch["start"] : stretch["end"]])]
    if not speech:
        return {"language": language, "duration": duration, "segments": []}

    chunks, _ = collect_chunks(audio, speech)
    ctranslate2.set_random_seed(0)
    segments, info = model.transcribe(np.concatenate(chunks), task=task, language=language, word_timestamps=True, **GUARDS)
    kept = []
    for segment in restore_speech_timestamps(segments, speech, RATE):
        text, words = said(segment, duration)
        if words:
            kept.append(
                {
                    "id": len(kept),
                    "start": words[0]["start"],
                    "end": words[-1]["end"],
                    "text": text,
                    "avg_logprob": round(segment.avg_logprob, 4),
                    "compression_ratio": round(segment.compression_ratio, 4),
                    "no_speech_prob": round(segment.no_speech_prob, 4),
                    "temperature": segment.temperature,
                    "words": words,
                }
            )
    return {"language": info.language, "duration": duration, "segments": kept}


def said(segment, duration: float) -> tuple[str, list[dict]]:
    """A segment's text and words without what was invented.

    Dropped whole: a film's closing line, a guess, and a loop over what is likely no speech. People repeat themselves, and so
    does the model, without end: in speech, the words that found a place in the sound are kept, and the others were not said.
    """
    words = timed(segment.words or [], duration)
    looping = segment.compression_ratio > GUARDS["compression_ratio_threshold"]
    no_speech = segment.no_speech_prob > GUARDS["no_speech_threshold"]
    if plain(segment.text) in CREDITS or segment.avg_logprob < GUESSED or (looping and no_speech):
        return "", []
    if not looping:
        return segment.text.strip(), words
    words = [word for word in words if word["end"] - word["start"] >= SHORTEST and len(word["word"]) <= LONGEST]
    return "".join(word["word"] for word in words).strip(), words


def timed(words, duration: float) -> list[dict]:
    """The words that say something, their times in order and inside the recording."""
    kept: list[dict] = []
    for word in words:
        if not word.word.strip():
            continue
        start = min(max(word.start, kept[-1]["start"] if kept else 0.0), duration)
        end = min(max(word.end, start), duration)
        kept.append({"word": word.word, "start": round(start, 3), "end": round(end, 3), "probability": round(word.probability, 4)})
    return kept


def serve(line: socket.socket, settings: dict) -> None:
    limit_memory(0 if settings["device"] == "cuda" else settings["memory_mb"])
    os.nice(5)  # pages are answered before speech is read
    from faster_whisper import WhisperModel

    folder = settings["model"]
    model = WhisperModel(
        folder,
        device=settings["device"],
        compute_type="int8" if settings["device"] == "cpu" else "float16",
        cpu_threads=settings["threads"],
        local_files_only=True,
    )
    say(line, {"ready": True, "languages": model.supported_languages})

    while True:
        message, files, _, _ = socket.recv_fds(line, 65_536, 1)
        if not message:
            return
        job = json.loads(message)
        with os.fdopen(files[0], "rb") as file:
            try:
                file.seek(0)
                audio = samples(file, settings["max_seconds"])
                say(line, read(model, audio, job["task"], job["language"]))
            except Refused as refusal:
                say(line, {"refused": str(refusal)})
            except MemoryError:
                say(line, {"refused": "too_long"})


def say(line: socket.socket, message: dict) -> None:
    line.sendall(json.dumps(message, ensure_ascii=True).encode() + b"\n")


if __name__ == "__main__":
    channel = socket.socket(fileno=int(sys.argv[1]))
    die_with_parent(channel)
    serve(channel, json.loads(sys.argv[2]))
