// Read one code with the camera, in a window of its own that closes by itself.
import { Camera } from "../scan/camera.js";

export class Lens {
  static get isThere() {
    return Camera.isThere;
  }

  constructor(dialog) {
    this.dialog = dialog;
    this.state = dialog.querySelector("[data-lens-state]");
    this.camera = new Camera(dialog.querySelector("[data-camera]"), {
      scriptUrl: dialog.dataset.script,
      wasmUrl: dialog.dataset.wasm,
      onCode: (digits) => this.close(digits),
    });
    this.done = () => null;
    dialog.addEventListener("close", () => this.close(""));
  }

  // Resolves to the digits, or to nothing where the window was closed.
  read() {
    this.state.textContent = "正在开摄像头";
    this.dialog.showModal();
    this.camera.start().then(
      () => { this.state.textContent = "对准老人的卡，或者手机上的取餐码"; },
      (failure) => {
        this.state.textContent = failure.name === "NotAllowedError" ? "请在浏览器里允许用摄像头" : "摄像头没打开，请输八位数";
      },
    );
    return new Promise((resolve) => { this.done = resolve; });
  }

  close(digits) {
    this.camera.halt();
    this.dialog.close();
    this.done(digits);
    this.done = () => null;
  }
}
