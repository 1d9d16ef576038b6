// Scan with WeChat's own scanner where the counter is opened inside WeChat. The server signs this very address; the SDK is
// from our own host. It needs the network: without one the page says how to be opened in a browser.
import { get } from "./api.js";

const API = ["scanQRCode"];

export const isWechat = /MicroMessenger/i.test(navigator.userAgent);

// Resolves to a function that scans once, or rejects where WeChat does not let this page scan.
export async function openScanner({ configUrl, scriptUrl }) {
  const address = location.href.split("#")[0];
  const [config] = await Promise.all([get(`${configUrl}?url=${encodeURIComponent(address)}`), load(scriptUrl)]);
  const { wx } = window;
  await new Promise((resolve, reject) => {
    wx.error(({ errMsg }) => reject(new Error(errMsg)));
    wx.ready(resolve);
    wx.config({ ...config, debug: false, jsApiList: API });
  });
  return () => new Promise((resolve, reject) => {
    wx.scanQRCode({
      needResult: 1, scanType: ["qrCode"],
      success: ({ resultStr }) => resolve(digitsOf(resultStr)),
      cancel: () => resolve(""),
      fail: ({ errMsg }) => reject(new Error(errMsg)),
    });
  });
}

// Some telephones read bars although squares are asked for, and name their type before a comma.
export function digitsOf(result) {
  return result.slice(result.lastIndexOf(",") + 1).trim();
}

// The package is made for bundlers: it hands itself to `module`.
function load(address) {
  window.module ??= {};
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => { window.wx ??= window.module.exports; resolve(); };
    script.onerror = () => reject(new Error("no SDK"));
    document.head.append(script);
  });
}
