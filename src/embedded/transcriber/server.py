"""The starter speech engine: an OpenAI-compatible HTTP server over faster-whisper, on the loopback address only.

    POST /v1/audio/transcriptions   multipart: file, model, language, response_format, timestamp_granularities[]
    POST /v1/audio/translations     the same; the answer is in English
    GET  /v1/models                 the one model it has
    GET  /health                    200 once the model is loaded, else 503

One recording is read at a time, QUEUE more may wait, whoever comes after gets 503 with Retry-After. A job ends when its
client goes away. Recordings lie in unnamed temporary files, so that not even a kill leaves one behind; nothing of what is
said, and no file name, is ever logged.

Environment: PORT (0: any free), SAWT_DATA, WHISPER_MODEL (a name under $SAWT_DATA/models or a folder; default base),
TRANSCRIBER_MAX_BYTES, TRANSCRIBER_MAX_SECONDS, TRANSCRIBER_JOB_SECONDS, TRANSCRIBER_MEMORY_MB (0: no cap),
TRANSCRIBER_THREADS, TRANSCRIBER_DEVICE (cpu or cuda).
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

QUEUE = 4
"""Jobs under way or waiting; past that the answer is 503."""

HARDWARE = ("PATH", "LD_LIBRARY_PATH", "OPENBLAS_", "CUDA_", "NVIDIA_")
"""What the child's environment takes over, by how the names begin: where libraries lie, and what the processor needs."""

CONNECTIONS = 32
FIELD_BYTES = 8_192
FORMATS = ("json", "text", "verbose_json")
TASKS = {"/v1/audio/transcriptions": "transcribe", "/v1/audio/translations": "translate"}

REFUSALS = {
    "not_audio": (400, "No audio could be decoded from the file."),
    "too_long": (413, "The recording is longer than this server reads at once."),
}


@dataclass(frozen=True)
class Settings:
    port: int
    model: Path
    max_bytes: int
    max_seconds: int
    job_seconds: int
    memory_mb: int
    threads: int
    device: str

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def translates(self) -> bool:
        """Turbo and distilled models were trained without the translation task, English-only ones have none."""
        return not re.search(r"turbo|distil|\.en\b", self.name)


def settings_from(env) -> Settings:
    """Reads the environment. Raises ValueError with one sentence for a person."""

    def number(name: str, default: int) -> int:
        text = env.get(name) or str(default)
        if not text.isdigit():
            raise ValueError(f"{name} must be a whole number.")
        return int(text)

    named = env.get("WHISPER_MODEL") or "base"
    data = Path(env.get("SAWT_DATA") or "data")
    folder = Path(named) if os.sep in named else data / "models" / f"whisper-{named}"
    if not (folder / "model.bin").is_file():
        raise ValueError(f"There is no speech model in {folder}: run src/embedded/transcriber/install.mjs.")
    weights = (folder / "model.bin").stat().st_size >> 20
    cores = os.cpu_count() or 1
    return Settings(
        port=number("PORT", 0),
        model=folder.resolve(),
        max_bytes=number("TRANSCRIBER_MAX_BYTES", 256 << 20),
        max_seconds=number("TRANSCRIBER_MAX_SECONDS", 1_200),
        job_seconds=number("TRANSCRIBER_JOB_SECONDS", 3_600),
        memory_mb=number("TRANSCRIBER_MEMORY_MB", 3_072 + 3 * weights),
        threads=number("TRANSCRIBER_THREADS", min(cores, 8)),
        device="cuda" if env.get("TRANSCRIBER_DEVICE") == "cuda" else "cpu",
    )


def log(event: str, level: str = "info", **fields) -> None:
    line = {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "level": level, "event": event, "part": "transcriber", **fields}
    try:
        print(json.dumps(line), flush=True)
    except OSError:
        # Nobody reads the log any more: whoever started this is gone.
        os._exit(0)


class Problem(Exception):
    """An answer that is not the one asked for: status, code, sentence, and seconds after which to try again."""

    def __init__(self, status: int, code: str, message: str, retry_after: int | None = None):
        super().__init__(code)
        self.status, self.code, self.message, self.retry_after = status, code, message, retry_after


class Gone(Exception):
    """The client closed its connection."""


class Reader:
    """The child process with the model: started at once, killed to end a job, started again when it died."""

    def __init__(self, settings: Settings):
        self.settings = settings
        self.languages: list[str] = []
        self.ready = threading.Event()
        self.places = threading.Semaphore(QUEUE)
        self.turn = threading.Lock()
        self.start()

    def start(self) -> None:
        self.ready.clear()
        ours, theirs = socket.socketpair()
        settings = {
            "model": str(self.settings.model),
            "memory_mb": self.settings.memory_mb,
            "max_seconds": self.settings.max_seconds,
            "threads": self.settings.threads,
            "device": self.settings.device,
        }
        # Threads that wait by spinning would take the web's time on a machine of two cores.
        own = {"LANG": "C.UTF-8", "HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": str(self.settings.threads), "OMP_WAIT_POLICY": "PASSIVE"}
        hardware = {name: value for name, value in os.environ.items() if name.startswith(HARDWARE)}
        self.child = subprocess.Popen(
            [sys.executable, "-I", str(Path(__file__).with_name("reader.py")), str(theirs.fileno()), json.dumps(settings)],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**hardware, **own},
        )
        theirs.close()
        self.line = ours
        threading.Thread(target=self.await_ready, args=(ours, time.monotonic()), daemon=True).start()

    def await_ready(self, line: socket.socket, began: float) -> None:
        hello = self.answer(line, lambda: False, time.monotonic() + 600)
        if hello and hello.get("ready"):
            self.languages = hello["languages"]
            self.ready.set()
            log("ready", model=self.settings.name, ms=round((time.monotonic() - began) * 1_000))
        else:
            log("model_not_loaded", "error", model=self.settings.name)

    def answer(self, line: socket.socket, gone, until: float) -> dict | None:
        """The child's next line, or None when it died or the time is over. Raises Gone."""
        heard = b""
        while not heard.endswith(b"\n"):
            if gone():
                raise Gone
            if time.monotonic() > until:
                return None
            if select.select([line], [], [], 0.1)[0]:
                try:
                    some = line.recv(1 << 16)
                except OSError:
                    some = b""
                if not some:
                    return None
                heard += some
        return json.loads(heard)

    def status(self) -> str:
        """ "ok", "loading", or "down" until the next job starts the child again."""
        if self.child.poll() is not None:
            return "down"
        return "ok" if self.ready.is_set() else "loading"

    def restart(self) -> None:
        self.child.kill()
        self.child.wait()
        self.line.close()
        self.start()

    def read(self, task: str, language: str | None, file, gone) -> dict:
        """Reads one recording in its turn. Raises Gone, Problem."""
        while not self.turn.acquire(timeout=0.1):
            if gone():
                raise Gone
        try:
            if self.child.poll() is not None:
                self.restart()
            while not self.ready.wait(0.1):
                if gone():
                    raise Gone
                if self.child.poll() is not None:
                    raise Problem(500, "model_not_loaded", "The speech model could not be loaded.")
            if language and language not in self.languages:
                raise Problem(400, "language_not_served", "The model does not know this language.")
            return self.ask(task, language, file, gone)
        finally:
            self.turn.release()

    def ask(self, task: str, language: str | None, file, gone) -> dict:
        try:
            log("reading", task=task)
            job = json.dumps({"task": task, "language": language}).encode()
            socket.send_fds(self.line, [job], [file.fileno()])
            answer = self.answer(self.line, gone, time.monotonic() + self.settings.job_seconds)
        except Gone:
            self.restart()
            raise
        except OSError:
            answer = None
        if answer is None:
            self.restart()
            raise Problem(500, "reading_failed", "The speech engine failed on this recording.")
        if "refused" in answer:
            raise Problem(REFUSALS[answer["refused"]][0], answer["refused"], REFUSALS[answer["refused"]][1])
        return answer


class Body:
    """A request's body, read in bounded steps, never as a whole."""

    def __init__(self, stream, length: int):
        self.stream, self.left, self.seen = stream, length, b""

    def more(self) -> None:
        some = self.stream.read1(min(self.left, 1 << 16)) if self.left else b""
        if not some:
            raise Problem(400, "broken_form", "The form ended before its last part did.")
        self.left -= len(some)
        self.seen += some

    def take(self, count: int) -> bytes:
        while len(self.seen) < count:
            self.more()
        taken, self.seen = self.seen[:count], self.seen[count:]
        return taken

    def until(self, mark: bytes, sink) -> None:
        """Passes what comes before `mark` to `sink(bytes)` and skips the mark."""
        while True:
            at = self.seen.find(mark)
            if at >= 0:
                sink(self.seen[:at])
                self.seen = self.seen[at + len(mark) :]
                return
            safe = max(len(self.seen) - len(mark) + 1, 0)
            sink(self.seen[:safe])
            self.seen = self.seen[safe:]
            self.more()

    def text(self, mark: bytes) -> str:
        kept = bytearray()

        def keep(some: bytes) -> None:
            kept.extend(some)
            if len(kept) > FIELD_BYTES:
                raise Problem(400, "broken_form", "A field of the form is too long.")

        self.until(mark, keep)
        return kept.decode("utf-8", "replace")


def read_form(body: Body, boundary: bytes, file) -> dict[str, list[str]]:
    """Reads a multipart form: the part `file` goes into `file`, the others are returned as text."""
    fields: dict[str, list[str]] = {}
    end = b"\r\n--" + boundary
    body.seen = b"\r\n"
    body.until(end, lambda _: None)
    while body.take(2) != b"--":
        name = re.search(r'[;\s]name="([^"]*)"', body.text(b"\r\n\r\n"))
        if not name:
            raise Problem(400, "broken_form", "A part of the form has no name.")
        if name[1] == "file":
            body.until(end, file.write)
            fields["file"] = []
        else:
            fields.setdefault(name[1], []).append(body.text(end))
    return fields


class Handler(BaseHTTPRequestHandler):
    server_version = "sawt-transcriber"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 60
    server: "Server"

    def log_message(self, *_) -> None:
        """Request lines are not logged: one line a job says what is needed."""

    def handle_expect_100(self) -> bool:
        """A client that asks first is refused before it sends its recording."""
        try:
            self.length()
        except Problem as problem:
            self.refuse(problem)
            return False
        return super().handle_expect_100()

    def do_GET(self) -> None:
        reader, settings = self.server.reader, self.server.settings
        if not self.is_local():
            self.refuse(Problem(403, "not_local", "This server answers local clients only."))
        elif self.path == "/health":
            status = reader.status()
            health = {"status": status, "model": settings.name, "translates": settings.translates}
            self.answer(200 if status == "ok" else 503, health)
        elif self.path == "/v1/models":
            model = {"id": settings.name, "object": "model", "owned_by": "sawt"}
            self.answer(200, {"object": "list", "data": [model]})
        else:
            self.refuse(Problem(404, "not_found", "There is nothing at this address."))

    def do_POST(self) -> None:
        began = time.monotonic()
        try:
            if not self.is_local():
                raise Problem(403, "not_local", "This server answers local clients only.")
            task = TASKS.get(self.path)
            if not task:
                raise Problem(404, "not_found", "There is nothing at this address.")
            length, boundary = self.length(), self.boundary()
            if not self.server.reader.places.acquire(blocking=False):
                raise Problem(503, "busy", "Other recordings are being read.", 15)
            try:
                reply, seconds = self.job(task, length, boundary)
            finally:
                self.server.reader.places.release()
            self.answer(200, reply)
            log("read", task=task, seconds=round(seconds, 1), ms=round((time.monotonic() - began) * 1_000))
        except Problem as problem:
            self.refuse(problem)
            log("refused", code=problem.code, ms=round((time.monotonic() - began) * 1_000))
        except (Gone, ConnectionError, TimeoutError):
            self.close_connection = True
            log("client_gone", ms=round((time.monotonic() - began) * 1_000))

    def job(self, task: str, length: int, boundary: bytes) -> tuple[dict | str, float]:
        with tempfile.TemporaryFile() as file:
            fields = read_form(Body(self.rfile, length), boundary, file)
            file.flush()

            def field(name: str, default: str) -> str:
                return (fields.get(name) or [default])[-1].strip()

            settings = self.server.settings
            form = field("response_format", "json")
            if "file" not in fields:
                raise Problem(400, "no_file", "The form has no file.")
            if form not in FORMATS:
                raise Problem(400, "format_not_served", "response_format must be one of " + ", ".join(FORMATS) + ".")
            if field("model", settings.name) not in (settings.name, "whisper-1"):
                raise Problem(404, "model_not_found", "This server has another model: see /v1/models.")
            if task == "translate" and not settings.translates:
                raise Problem(400, "translation_not_served", "This model cannot translate.")

            read = self.server.reader.read(task, field("language", "") or None, file, self.gone)
            wanted = fields.get("timestamp_granularities[]") or fields.get("timestamp_granularities") or ["segment"]
            return shaped(read, task, form, "word" in wanted), read["duration"]

    def length(self) -> int:
        text = self.headers.get("Content-Length") or ""
        if not text.isdigit():
            raise Problem(411, "length_required", "Send the form with its Content-Length.")
        if int(text) > self.server.settings.max_bytes:
            raise Problem(413, "too_large", "The form is larger than this server takes.")
        return int(text)

    def boundary(self) -> bytes:
        kind = self.headers.get("Content-Type") or ""
        found = re.search(r'^multipart/form-data\s*;.*?boundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))', kind, re.I)
        if not found:
            raise Problem(415, "not_a_form", "Send multipart/form-data.")
        return (found[1] or found[2]).encode()

    def is_local(self) -> bool:
        """Refuses pages of other sites that reach this port by a name of their own (DNS rebinding)."""
        host = re.sub(r":\d+$", "", self.headers.get("Host") or "")
        return host in ("127.0.0.1", "localhost", "[::1]")

    def gone(self) -> bool:
        try:
            readable = select.select([self.connection], [], [], 0)[0]
            return bool(readable) and self.connection.recv(1, socket.MSG_PEEK) == b""
        except (OSError, ValueError):
            return True

    def refuse(self, problem: Problem) -> None:
        error = {"message": problem.message, "type": "invalid_request_error" if problem.status < 500 else "server_error", "code": problem.code}
        try:
            self.answer(problem.status, {"error": error}, problem.retry_after)
            self.linger()
        except OSError:
            self.close_connection = True

    def answer(self, status: int, body: dict | str, retry_after: int | None = None) -> None:
        data = (body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8" if isinstance(body, str) else "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Cache-Control", "no-store")
        if retry_after:
            self.send_header("Retry-After", str(retry_after))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(data)
        self.close_connection = True

    def linger(self) -> None:
        """Reads on for a moment after a refusal: closing on unread data would reset the connection before it is read."""
        self.connection.shutdown(socket.SHUT_WR)
        self.connection.settimeout(1)
        until = time.monotonic() + 2
        while time.monotonic() < until and self.connection.recv(1 << 16):
            pass


def shaped(read: dict, task: str, form: str, with_words: bool) -> dict | str:
    """What was read, in the response format asked for. Words go into their segments and, as OpenAI has them, flat."""
    text = " ".join(segment["text"] for segment in read["segments"])
    if form == "text":
        return text
    if form == "json":
        return {"text": text}
    reply = {"task": task, "language": read["language"], "duration": read["duration"], "text": text}
    if with_words:
        return {**reply, "segments": read["segments"], "words": [word for segment in read["segments"] for word in segment["words"]]}
    return {**reply, "segments": [{k: v for k, v in segment.items() if k != "words"} for segment in read["segments"]]}


class Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, settings: Settings):
        super().__init__(("127.0.0.1", settings.port), Handler)
        self.settings = settings
        self.reader = Reader(settings)
        self.connections = threading.Semaphore(CONNECTIONS)

    def process_request(self, request, client_address) -> None:
        if self.connections.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request, client_address) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.connections.release()

    def handle_error(self, request, client_address) -> None:
        log("connection_failed", "warn", error=type(sys.exc_info()[1]).__name__)


def main() -> int:
    os.umask(0o077)
    try:
        settings = settings_from(os.environ)
        server = Server(settings)
    except (ValueError, OSError) as problem:
        log("not_started", "error", reason=str(problem))
        return 78

    def stop(*_) -> None:
        server.reader.child.kill()
        log("stopped")
        os._exit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    log("listening", port=server.server_address[1], model=settings.name)
    server.serve_forever()
    return 0


if __name__ == "__main__":
    sys.exit(main())
