"use strict";
(() => {
  const table = document.getElementById("leaderboard");
  const body = table.tBodies[0];
  const status = document.getElementById("sort-status");
  const headings = [...table.querySelectorAll("th[data-column]")];

  function sortBy(heading) {
    const column = Number(heading.dataset.column);
    const isText = heading.dataset.text === "1";
    const best = heading.dataset.better === "lower" || isText ? "ascending" : "descending";
    const other = best === "ascending" ? "descending" : "ascending";
    const order = heading.getAttribute("aria-sort") === best ? other : best;
    const sign = order === "ascending" ? 1 : -1;
    const key = (row) => row.cells[column].dataset.value;
    const rows = [...body.rows].sort((a, b) => {
      const [x, y] = [key(a), key(b)];
      // Dashes stay at the end, whatever the order.
      if (x === "" || y === "") return (x === "") - (y === "");
      return sign * (isText ? x.localeCompare(y) : Number(x) - Number(y));
    });
    body.append(...rows);
    for (const other of headings) other.setAttribute("aria-sort", "none");
    heading.setAttribute("aria-sort", order);
    status.textContent = `Sorted by ${heading.dataset.name}, ${order}.`;
  }

  for (const heading of headings) {
    heading.querySelector("button").addEventListener("click", () => sortBy(heading));
  }

  // Pointing at a row or a curve brings out the curves of that submission.
  function bringOut(series) {
    document.body.classList.toggle("has-active", series !== null);
    for (const part of document.querySelectorAll("[data-series]")) {
      part.classList.toggle("is-active", part.dataset.series === series);
    }
  }
  for (const part of document.querySelectorAll("[data-series]")) {
    part.addEventListener("pointerenter", () => bringOut(part.dataset.series));
    part.addEventListener("pointerleave", () => bringOut(null));
  }
})();
