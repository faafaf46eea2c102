// The slider: how much of the first image is seen.
const slider = document.querySelector(".slider");
slider.querySelector("input").addEventListener("input", ({ target }) => {
  slider.style.setProperty("--split", `${target.value}%`);
});
