// The little that desk pages add when scripts run: print buttons, one open question at a time.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

const questions = [...document.querySelectorAll("details.confirm")];
document.addEventListener("click", (event) => {
  for (const question of questions) if (!question.contains(event.target)) question.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") for (const question of questions) question.open = false;
});
