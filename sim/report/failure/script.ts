// What a failure's page does beyond standing there: folds open, text is found, the picture grows and shrinks, and
// the row under the pointer says what everybody believed at that moment. Rows are laid out as layout.ts does.
import { FOLD_PX, GAP_PX, HEAD_PX, MOMENT_PX, NAMES_PX, ROW_PX } from "./layout.ts";

export const FAILURE_SCRIPT = `
for (const failure of document.querySelectorAll("[data-failure]")) (() => {
  const one = (selector) => failure.querySelector(selector), all = (selector) => [...failure.querySelectorAll(selector)];
  const data = JSON.parse(one(".failure-data").textContent);
  const svg = one(".life-picture"), heads = one(".life-names"), scroll = one(".life-scroll"), side = one(".beliefs"), tools = one(".tools");
  const rows = all(".row"), folds = all(".fold"), opened = new Set();
  const lines = all(".row, .fold, .moment"), width = svg.viewBox.baseVal.width;
  let height = svg.viewBox.baseVal.height, scale = 1, found = [], at = -1;
  tools.hidden = false;

  const place = () => {
    let y = ${HEAD_PX};
    const tops = new Map(), times = [];
    let shownBefore = true;
    for (const line of lines) {
      const isFold = line.classList.contains("fold"), isRow = line.classList.contains("row");
      const shown = !isRow || line.dataset.in === "-1" || opened.has(line.dataset.in);
      line.style.display = shown ? "" : "none";
      if (!shown) continue;
      if (isRow && line.dataset.gap !== "0") y += ${GAP_PX};
      line.setAttribute("transform", "translate(0 " + y + ")");
      times.push([Number(line.dataset.t), y]);
      if (isRow) tops.set(line.dataset.row, y + ${ROW_PX / 2});
      y += isFold ? ${FOLD_PX} : isRow ? ${ROW_PX} : ${MOMENT_PX};
    }
    height = y + 14;
    const moment = (us) => { for (const [t, top] of times) if (t >= us) return top + 4; return height - 10; };
    for (const bar of all("[data-bar]")) {
      const [from, to] = bar.dataset.bar.split(" ");
      const top = moment(Number(from)), base = to === "" ? height - 6 : moment(Number(to));
      bar.setAttribute("y", top); bar.setAttribute("height", Math.max(3, base - top));
    }
    for (const flight of all("[data-flight]")) {
      const [a, b, x1, x2] = flight.dataset.flight.split(" ");
      const visible = tops.has(a) && tops.has(b);
      flight.style.display = visible ? "" : "none";
      if (visible) flight.setAttribute("d", "M" + x1 + "," + tops.get(a) + "L" + x2 + "," + tops.get(b));
    }
    for (const line of all("[data-lane-line]")) line.setAttribute("y2", height);
    svg.setAttribute("viewBox", "0 0 " + width + " " + height);
    zoom(scale);
  };
  const zoom = (to) => {
    scale = Math.min(4, Math.max(0.25, to));
    svg.style.width = width * scale + "px"; svg.style.height = height * scale + "px";
    heads.style.width = width * scale + "px"; heads.style.height = ${NAMES_PX} * scale + "px";
    one("[data-scale]").textContent = Math.round(scale * 100) + " %";
  };
  const fit = () => zoom(Math.max(0.6, Math.min(1.6, (scroll.clientWidth - 4) / width)));
  const open = (id, is) => {
    if (is) opened.add(id); else opened.delete(id);
    const fold = folds.find((each) => each.dataset.fold === id);
    fold.setAttribute("aria-expanded", is); fold.querySelector(".sign").textContent = is ? "▾" : "▸";
  };
  const reach = (row) => {
    if (row.dataset.in !== "-1" && !opened.has(row.dataset.in)) { open(row.dataset.in, true); place(); }
    const y = Number(/ ([\\d.]+)\\)/.exec(row.getAttribute("transform"))[1]) * scale;
    scroll.scrollTo({ top: y + ${NAMES_PX} * scale - scroll.clientHeight / 3 });
  };
  const choose = (row) => {
    for (const other of rows) other.classList.toggle("chosen", other === row);
    const us = Number(row.dataset.t), last = new Map();
    for (const [t, lane, about, value] of data.beliefs) {
      if (t > us) break;
      if (!last.has(lane)) last.set(lane, new Map());
      last.get(lane).set(about, [value, t]);
    }
    side.replaceChildren(); side.hidden = false; one(".stage").classList.add("with");
    const add = (parent, name, text, kind) => { const element = document.createElement(name); element.textContent = text; if (kind) element.className = kind; parent.append(element); return element; };
    add(side, "p", "What each believes at " + row.querySelector(".time").textContent + ":");
    for (const lane of data.lanes) {
      const beliefs = last.get(lane);
      if (beliefs === undefined) continue;
      add(side, "h4", lane);
      const list = document.createElement("dl"); side.append(list);
      for (const [about, [value, t]] of beliefs) { add(list, "dt", about); add(list, "dd", value, us - t < 1000 ? "new" : ""); }
    }
  };
  const find = () => {
    const words = one("[data-find]").value.trim().toLowerCase();
    found = words === "" ? [] : rows.filter((row) => data.texts[Number(row.dataset.row)].toLowerCase().includes(words));
    for (const row of rows) { row.classList.toggle("found", found.includes(row)); row.classList.remove("now"); }
    at = -1;
    one("[data-found]").textContent = words === "" ? "" : found.length === 0 ? "nothing" : found.length + " found";
  };
  const step = (by) => {
    if (found.length === 0) return;
    at = at < 0 && by < 0 ? found.length - 1 : (at + by + found.length) % found.length;
    rows.forEach((row) => row.classList.toggle("now", row === found[at]));
    reach(found[at]); choose(found[at]);
    one("[data-found]").textContent = at + 1 + " of " + found.length;
  };
  const parting = () => {
    if (data.partingUs === null) return;
    const row = rows.find((each) => Number(each.dataset.t) >= data.partingUs) ?? rows.at(-1);
    if (row) { choose(row); reach(row); }
  };
  const everything = () => {
    const button = one("[data-do=fold]"), is = button.getAttribute("aria-pressed") !== "true";
    button.setAttribute("aria-pressed", is); button.textContent = is ? "fold the rest away" : "show everything";
    for (const fold of folds) open(fold.dataset.fold, is);
    place();
  };
  const doing = { previous: () => step(-1), next: () => step(1), fold: everything, in: () => zoom(scale * 1.25), out: () => zoom(scale / 1.25), fit, parting };
  for (const button of all("[data-do]")) button.addEventListener("click", () => doing[button.dataset.do]());
  one("[data-find]").addEventListener("input", find);
  one("[data-find]").addEventListener("keydown", (event) => { if (event.key === "Enter") { event.preventDefault(); step(event.shiftKey ? -1 : 1); } });
  for (const row of rows) { row.addEventListener("pointerenter", () => choose(row)); row.addEventListener("focus", () => choose(row)); }
  for (const fold of folds) {
    const toggle = () => { open(fold.dataset.fold, !opened.has(fold.dataset.fold)); place(); };
    fold.addEventListener("click", toggle);
    fold.addEventListener("keydown", (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); toggle(); } });
  }
  scroll.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault(); zoom(scale * Math.exp(-event.deltaY / 400));
  }, { passive: false });
  scroll.addEventListener("keydown", (event) => {
    const key = { "+": "in", "=": "in", "-": "out", "0": "fit", p: "parting" }[event.key];
    if (key !== undefined && !event.ctrlKey && !event.metaKey) { event.preventDefault(); doing[key](); }
  });
  place();
  const firstLook = () => { if (scroll.clientWidth > 0) { parting(); fit(); parting(); } };
  firstLook();
  failure.closest("details")?.addEventListener("toggle", firstLook, { once: true });
})();
`;
