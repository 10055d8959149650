// The only script of a report: figures under the pointer, the folder in the replay command where the report was
// opened as a file, and a button that copies a command. Without it nothing is missing but these.

export const SCRIPT = `
(() => {
  const two = (n) => String(n).padStart(2, "0");
  const clock = (us) => {
    const s = Math.round(us / 1e6), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    return h > 0 ? h + ":" + two(m) + ":" + two(s % 60) : m + ":" + two(s % 60);
  };
  const round = (v) => v >= 1000 ? Math.round(v).toString().replace(/\\B(?=(\\d{3})+$)/g, "\\u202f") : String(Number(v.toPrecision(3)));
  const shown = (v, unit) => unit === "ms" ? (v >= 1000 ? round(v / 1000) + " s" : round(v) + " ms") : unit === "share" ? round(v * 100) + " %" : round(v);
  for (const figure of document.querySelectorAll("figure[data-read]")) {
    const data = JSON.parse(figure.querySelector("script").textContent);
    const box = document.createElement("div");
    box.className = "read"; box.hidden = true; figure.append(box);
    for (const svg of figure.querySelectorAll("svg[data-plot]")) {
      const [left, right, top, base] = svg.dataset.plot.split(" ").map(Number);
      const cross = document.createElementNS("http://www.w3.org/2000/svg", "line");
      cross.setAttribute("class", "cross"); cross.setAttribute("y1", top); cross.setAttribute("y2", base);
      cross.style.display = "none"; svg.append(cross);
      const hide = () => { box.hidden = true; cross.style.display = "none"; };
      svg.addEventListener("pointerleave", hide);
      svg.addEventListener("pointermove", (event) => {
        const bounds = svg.getBoundingClientRect();
        const x = (event.clientX - bounds.left) * svg.viewBox.baseVal.width / bounds.width;
        if (x < left || x > right) return hide();
        const part = (x - left) / (right - left);
        cross.setAttribute("x1", x); cross.setAttribute("x2", x); cross.style.display = "";
        box.textContent = clock(part * data.totalUs);
        for (const line of data.lines) {
          const value = line.values[Math.min(line.values.length - 1, Math.floor(part * line.values.length))];
          const row = document.createElement("div");
          row.textContent = line.name + "  " + (value === null || value === undefined ? "–" : shown(value, data.unit));
          box.append(row);
        }
        box.hidden = false;
        const inside = figure.getBoundingClientRect();
        const at = event.clientX - inside.left;
        box.style.left = Math.max(4, at + 16 + box.offsetWidth > inside.width ? at - box.offsetWidth - 12 : at + 16) + "px";
        box.style.top = event.clientY - inside.top + 12 + "px";
      });
    }
  }
  const path = decodeURIComponent(location.pathname);
  if (location.protocol === "file:" && !path.includes(":"))
    for (const command of document.querySelectorAll("[data-here]")) {
      const folder = path.slice(0, path.lastIndexOf("/")) || "/";
      const word = /^[\\w./=,@%+-]+$/.test(folder) ? folder : "'" + folder.replaceAll("'", "'\\\\''") + "'";
      command.textContent = command.textContent.slice(0, -1) + word;
      const note = command.parentElement.querySelector("small");
      note.textContent = note.textContent.replace("in the folder of this run: ", "");
    }
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(button.previousElementSibling.textContent).then(() => { button.textContent = "copied"; }, () => {});
    });
  }
})();
`;
