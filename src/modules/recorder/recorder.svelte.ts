import { bareType, loudness, minutesLeft, RATES, recordingType, type Loudness } from './media.ts';
import * as shelf from './shelf.ts';

/** A part is kept every second: so much may be lost when the browser is killed. */
const PART_MS = 1_000;
const LEVEL_EVERY_MS = 120;
const NO_ROOM_MINUTES = 2;

export type RecorderState = 'closed' | 'asking' | 'ready' | 'recording' | 'paused' | 'ending';
/** Why it cannot record, or stopped by itself. What was recorded until then is kept in every case. */
export type Trouble = 'unsupported' | 'denied' | 'no_device' | 'no_room' | 'interrupted' | 'full';

/** One recording after another, each on the phone's shelf before anything else happens to it. */
export class Recorder {
  state = $state<RecorderState>('closed');
  trouble = $state<Trouble | null>(null);
  /** Recorded so far, and safe on this phone so far (ms). */
  recordedMs = $state(0);
  safeMs = $state(0);
  level = $state.raw<{ word: Loudness; percent: number }>({ word: 'none', percent: 0 });
  /** Neither shown nor recorded while off; the voice goes on. */
  isPictureOff = $state(false);
  stream = $state.raw<MediaStream | null>(null);
  devices = $state.raw<MediaDeviceInfo[]>([]);
  chosen = $state.raw<{ camera?: string; microphone?: string }>({});
  minutesLeft = $state<number | null>(null);

  /** Called each time that a recording has begun. */
  onbegun: () => void = () => undefined;
  /** Called when a recording lies whole on the shelf, whoever or whatever ended it. */
  onkept: () => void = () => undefined;

  readonly kind: 'video' | 'audio';
  readonly #owner: string;
  #recorder: MediaRecorder | null = null;
  #piece: string | null = null;
  #parts = 0;
  #writing: Promise<void> = Promise.resolve();
  #before = 0;
  #since = 0;
  #audio: AudioContext | null = null;
  #counting: ReturnType<typeof setInterval> | undefined;
  #listening: ReturnType<typeof setInterval> | undefined;
  #awake: WakeLockSentinel | null = null;
  #release: (() => void) | null = null;

  /** @param owner whose shelf, see {@link shelf.Piece} */
  constructor(kind: 'video' | 'audio', owner: string) {
    this.kind = kind;
    this.#owner = owner;
  }

  get isRunning(): boolean {
    return this.state === 'recording' || this.state === 'paused';
  }

  /** Asks for microphone and camera; nothing is recorded yet. */
  async open(): Promise<void> {
    this.trouble = null;
    if (!globalThis.MediaRecorder || !recordingType(this.kind, (type) => MediaRecorder.isTypeSupported(type))) {
      this.trouble = 'unsupported';
      return;
    }
    this.state = 'asking';
    try {
      this.#show(await navigator.mediaDevices.getUserMedia(this.#wish()));
    } catch (error) {
      this.state = 'closed';
      this.trouble = (error as DOMException).name === 'NotAllowedError' ? 'denied' : 'no_device';
      return;
    }
    this.devices = await navigator.mediaDevices.enumerateDevices();
    await this.#look();
    this.state = 'ready';
    if (this.minutesLeft !== null && this.minutesLeft < NO_ROOM_MINUTES) this.trouble = 'no_room';
  }

  /** Another camera or microphone, while nothing is being recorded. */
  async choose(device: { camera?: string; microphone?: string }): Promise<void> {
    this.chosen = { ...this.chosen, ...device };
    this.#stopStream();
    await this.open();
  }

  async start(): Promise<void> {
    const type = recordingType(this.kind, (each) => MediaRecorder.isTypeSupported(each));
    if (!this.stream || !type || this.state !== 'ready') return;
    const id = crypto.randomUUID();
    // A second press of the button meanwhile begins nothing.
    this.state = 'asking';
    try {
      await shelf.begin({ id, owner: this.#owner, kind: this.kind, mediaType: bareType(type), state: 'recording' });
    } catch {
      // A private window that keeps nothing: better not to begin than to lose it.
      this.state = 'ready';
      this.trouble = 'no_room';
      return;
    }
    this.#hold(id);
    this.#piece = id;
    this.#parts = 0;
    this.#before = this.recordedMs = this.safeMs = 0;
    this.trouble = null;

    const recorder = new MediaRecorder(this.stream, {
      mimeType: type,
      audioBitsPerSecond: RATES.audio,
      ...(this.kind === 'video' && { videoBitsPerSecond: RATES.video })
    });
    recorder.ondataavailable = ({ data }) => this.#keep(id, data);
    // The device went away, or the system took it (a call): what is here is kept.
    recorder.onerror = () => void this.#interrupted();
    for (const track of this.stream.getTracks()) track.onended = () => void this.#interrupted();
    this.#recorder = recorder;
    recorder.start(PART_MS);
    // Over a thin line the page may have come after the press that would have let it listen.
    void this.#audio?.resume();
    this.#since = performance.now();
    this.state = 'recording';
    this.#counting = setInterval(() => this.#count(), 250);
    this.onbegun();
    await this.#stayAwake();
  }

  pause(): void {
    if (this.state !== 'recording') return;
    // What is not yet a full second is kept too.
    this.#recorder?.requestData();
    this.#recorder?.pause();
    this.#count();
    this.#before = this.recordedMs;
    this.state = 'paused';
  }

  carryOn(): void {
    if (this.state !== 'paused') return;
    this.#recorder?.resume();
    this.#since = performance.now();
    this.state = 'recording';
    void this.#stayAwake();
  }

  /** Ends the recording; @returns its id on the shelf, or null when nothing had been recorded. */
  async stop(): Promise<string | null> {
    const id = this.#piece;
    if (!id || !this.#recorder) return null;
    this.#count();
    this.state = 'ending';
    await this.#end();
    if (!this.#parts) await shelf.remove(id);
    else await shelf.change(id, { state: 'whole' });
    this.#letGo();
    this.state = this.stream?.active ? 'ready' : 'closed';
    if (this.#parts) this.onkept();
    return this.#parts ? id : null;
  }

  /** Ends it and leaves nothing of it. */
  async discard(): Promise<void> {
    const id = this.#piece;
    if (!id) return;
    this.state = 'ending';
    await this.#end();
    await shelf.remove(id);
    this.#letGo();
    this.recordedMs = this.safeMs = 0;
    this.state = this.stream?.active ? 'ready' : 'closed';
  }

  setPicture(off: boolean): void {
    this.isPictureOff = off;
    for (const track of this.stream?.getVideoTracks() ?? []) track.enabled = !off;
  }

  /** Coming back to the page: the screen may sleep again otherwise. */
  awaken(): void {
    if (this.state === 'recording') void this.#stayAwake();
  }

  /** Camera and microphone go dark. What was recorded stays on the shelf, as after a killed browser. */
  close(): void {
    if (this.#recorder && this.#recorder.state !== 'inactive') this.#recorder.stop();
    this.#letGo();
    this.#stopStream();
    this.state = 'closed';
  }

  #wish(): MediaStreamConstraints {
    const exactly = (id: string | undefined) => (id ? { deviceId: { exact: id } } : {});
    return {
      audio: { echoCancellation: true, noiseSuppression: true, ...exactly(this.chosen.microphone) },
      video: this.kind === 'video' && {
        width: { ideal: 1280 },
        height: { ideal: 720 },
        frameRate: { ideal: 24, max: 30 },
        ...(this.chosen.camera ? exactly(this.chosen.camera) : { facingMode: 'user' })
      }
    };
  }

  #show(stream: MediaStream): void {
    this.stream = stream;
    this.setPicture(this.isPictureOff);
    this.#audio = new AudioContext();
    const analyser = this.#audio.createAnalyser();
    analyser.fftSize = 2048;
    this.#audio.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    this.#listening = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      this.level = loudness(Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
    }, LEVEL_EVERY_MS);
  }

  async #look(): Promise<void> {
    const storage = navigator.storage;
    if (!storage?.estimate) return;
    // Asked for, not needed: with it the browser does not clear the shelf by itself.
    await storage.persist?.().catch(() => false);
    this.minutesLeft = minutesLeft(this.kind, await storage.estimate());
  }

  #count(): void {
    if (this.state === 'recording') this.recordedMs = this.#before + performance.now() - this.#since;
  }

  /** One part after another, each where its place is: the order of the bytes is the recording. */
  #keep(id: string, data: Blob): void {
    if (!data.size) return;
    this.#count();
    const index = this.#parts++;
    const untilMs = Math.round(this.recordedMs);
    this.#writing = this.#writing
      .then(async () => shelf.append(id, index, await data.arrayBuffer(), untilMs))
      .then(() => void (this.safeMs = untilMs))
      .catch((error: DOMException) => this.#full(error));
  }

  /** No room left: the recording ends here, and what is on the shelf stays whole. */
  async #full(error: DOMException): Promise<void> {
    this.trouble = error.name === 'QuotaExceededError' ? 'full' : 'interrupted';
    if (this.#recorder) this.#recorder.ondataavailable = null;
    if (this.#recorder?.state !== 'inactive') this.#recorder?.stop();
    if (this.#piece) await shelf.change(this.#piece, { state: 'whole' });
    this.#letGo();
    this.state = 'closed';
    this.#stopStream();
    this.onkept();
  }

  /** A call, or a camera pulled out: what is left of the stream goes dark too, so that opening it again asks for all of it. */
  async #interrupted(): Promise<void> {
    if (!this.isRunning) return;
    await this.stop();
    this.close();
    this.trouble = 'interrupted';
  }

  async #end(): Promise<void> {
    const recorder = this.#recorder;
    if (recorder && recorder.state !== 'inactive') {
      const stopped = new Promise((resolve) => recorder.addEventListener('stop', resolve, { once: true }));
      recorder.stop();
      await stopped;
    }
    await this.#writing;
  }

  #letGo(): void {
    this.#recorder = null;
    this.#piece = null;
    clearInterval(this.#counting);
    void this.#awake?.release();
    this.#awake = null;
    this.#release?.();
    this.#release = null;
  }

  #stopStream(): void {
    for (const track of this.stream?.getTracks() ?? []) {
      track.onended = null;
      track.stop();
    }
    this.stream = null;
    clearInterval(this.#listening);
    void this.#audio?.close();
    this.#audio = null;
  }

  /** While this tab lives, others see that the piece is being recorded and not cut off. */
  #hold(id: string): void {
    void navigator.locks?.request(`recording ${id}`, () => new Promise<void>((release) => (this.#release = release)));
  }

  async #stayAwake(): Promise<void> {
    if (this.#awake && !this.#awake.released) return;
    // Refused in low-battery modes: the recording goes on all the same.
    this.#awake = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null;
  }
}
