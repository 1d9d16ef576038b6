// Pages of the official account: read aloud what is marked, in its order, where the telephone can speak.
(function () {
  const button = document.querySelector("[data-read]");
  if (!button || !("speechSynthesis" in window)) return;

  const spoken = () => Array.from(document.querySelectorAll("[data-aloud]"))
    .map((part) => part.textContent.replace(/\s+/g, " ").trim())
    .join("。");

  button.hidden = false;
  button.addEventListener("click", () => {
    speechSynthesis.cancel();
    const words = new SpeechSynthesisUtterance(spoken());
    words.lang = "zh-CN";
    words.rate = 0.85;
    speechSynthesis.speak(words);
  });
})();
