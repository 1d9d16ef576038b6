// Read codes with the camera, by the one engine that reads small, dark, glaring and turned codes alike, from our own
// host. It is loaded when somebody asks for it: nobody else should wait for its megabyte.

const EVERY = 90;
const WIDEST = 960;
const FORGET = 2000;

export class Camera {
  // `onCode(digits)` hears of each code once, until it has been out of sight for two seconds.
  constructor(place, { scriptUrl, wasmUrl, onCode, clock = Date.now }) {
    Object.assign(this, { place, scriptUrl, wasmUrl, onCode, clock });
    this.canvas = document.createElement("canvas");
    this.last = { text: "", at: 0 };
    this.isOn = false;
  }

  static get isThere() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.WebAssembly);
  }

  async start() {
    const engine = loadEngine(this.scriptUrl, this.wasmUrl);
    const wish = { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } };
    const stream = await navigator.mediaDevices.getUserMedia({ video: wish, audio: false });
    this.video = Object.assign(document.createElement("video"), { srcObject: stream, muted: true, playsInline: true });
    this.video.setAttribute("aria-hidden", "true");
    this.place.append(this.video);
    await this.video.play();
    this.engine = await engine;
    this.isOn = true;
    this.look();
  }

  halt() {
    this.isOn = false;
    this.video?.srcObject?.getTracks().forEach((track) => track.stop());
    this.video?.remove();
  }

  async look() {
    while (this.isOn) {
      const began = this.clock();
      if (!document.hidden && this.video.videoWidth) await this.read();
      await new Promise((resolve) => { setTimeout(resolve, Math.max(EVERY - (this.clock() - began), 0)); });
    }
  }

  async read() {
    const [found] = await this.engine.readBarcodes(this.frame(), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
    if (found?.isValid && /^\d+$/.test(found.text)) this.hear(found.text);
  }

  frame() {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, WIDEST / videoWidth);
    this.canvas.width = Math.round(videoWidth * scale);
    this.canvas.height = Math.round(videoHeight * scale);
    const drawing = this.canvas.getContext("2d", { willReadFrequently: true });
    drawing.drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return drawing.getImageData(0, 0, this.canvas.width, this.canvas.height);
  }

  hear(text) {
    const isSame = text === this.last.text && this.clock() - this.last.at < FORGET;
    this.last = { text, at: this.clock() };
    if (!isSame) this.onCode(text);
  }
}

let engine = null;

function loadEngine(scriptUrl, wasmUrl) {
  engine ??= new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: scriptUrl });
    script.onload = () => resolve(prepared(window.ZXingWASM, wasmUrl));
    script.onerror = () => { engine = null; reject(new Error("读码的程序没有载入")); };
    document.head.append(script);
  });
  return engine;
}

// Its own idea of where the wasm lies is a public network; ours is our own host.
async function prepared(library, wasmUrl) {
  const overrides = { locateFile: (path, prefix) => (path.endsWith(".wasm") ? wasmUrl : prefix + path) };
  await library.prepareZXingModule({ overrides, fireImmediately: true });
  return library;
}
