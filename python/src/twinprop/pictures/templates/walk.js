// Steps forward and back, another epoch or arithmetic, and what each number is made of.
// The numbers and the pieces of each sum come from the page's data: nothing is computed here.
"use strict";
(() => {
  const data = JSON.parse(document.getElementById("walk-data").textContent);
  // The page's own words, in which {name} stands for a value.
  const words = document.getElementById("walk-words");
  const say = (word, given = {}) => words.querySelector(`[data-word=${word}]`).textContent
    .replace(/\{(\w+)\}/g, (whole, name) => given[name]);
  const steps = [...document.querySelectorAll(".step")];
  const state = { step: 1, epoch: String(data.epochs[0]), arithmetic: "native", numbers: "short" };
  const followed = new Map(); // part -> [row, column]

  const minus = (text) => text.replace(/-/g, "\u2212");
  function short(value) {
    if (typeof value === "string") return minus(value);
    if (Number.isInteger(value) && Math.abs(value) < 1e6) return minus(String(value));
    if (Math.abs(value) >= 0.0005 && Math.abs(value) < 1e6) return minus(value.toFixed(3));
    return minus(value.toExponential(1).replace("e+", "e"));
  }
  function hex(value) {
    if (typeof value === "string") return value;
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, value);
    const bits = view.getBigUint64(0);
    const power = Number((bits >> 52n) & 0x7ffn);
    const digits = (bits & 0xfffffffffffffn).toString(16).padStart(13, "0").replace(/0+$/, "");
    const sign = bits >> 63n ? "-" : "";
    if (power === 0 && digits === "") return sign + "0x0p+0";
    const exponent = power === 0 ? -1022 : power - 1023;
    const point = digits ? "." + digits : "";
    return `${sign}0x${power === 0 ? 0 : 1}${point}p${exponent < 0 ? "" : "+"}${exponent}`;
  }
  const full = (value) => (Object.is(value, -0) ? "-0" : String(value));
  const formats = { short, full, hex };
  const write = (value) => formats[state.numbers](value);

  function values(language, name) {
    const all = data.values[state.arithmetic][state.epoch];
    return all[language][name] ?? (language === "r" ? all.python[name] : null);
  }
  function apart(name, i, j) {
    const found = values("ulp", name);
    return found ? found[i][j] : 0;
  }

  function fillMatrices(root) {
    for (const table of root.querySelectorAll(".matrix")) {
      const { name, language } = table.dataset;
      [...table.rows].forEach((row, i) => {
        [...row.cells].forEach((cell, j) => {
          if (language === "ulp") {
            const distance = apart(name, i, j);
            cell.textContent = short(distance);
            cell.classList.toggle("apart", distance !== 0);
          } else {
            cell.textContent = write(values(language, name)[i][j]);
          }
        });
      });
    }
  }

  function show(root, what, content) {
    const place = root.querySelector(`[data-shows="${what}"]`);
    place.replaceChildren(...[].concat(content));
  }
  function sumNodes(pieces) {
    return pieces.map((piece, position) => {
      if (typeof piece === "string") return document.createTextNode(piece);
      const [name, i, j] = piece;
      const text = write(values("python", name)[i][j]);
      const span = document.createElement("span");
      span.className = "from";
      span.title = name;
      const follows = position > 0 && !/[(|]$/.test(pieces[position - 1]);
      span.textContent = /^[\u2212-]/.test(text) && follows ? `(${text})` : text;
      return span;
    });
  }
  function follow(part) {
    const name = part.dataset.part;
    const [i, j] = followed.get(name) ?? [0, 0];
    const pieces = data.cells[name][i][j];
    for (const cell of part.querySelectorAll(".is-input, .is-computed")) cell.className = "";
    for (const table of part.querySelectorAll(".matrix.computed")) {
      const cell = table.rows[i].cells[j];
      cell.className = "is-computed";
    }
    for (const [input, k, l] of pieces.filter((piece) => typeof piece !== "string")) {
      for (const table of part.querySelectorAll(`.matrix.input[data-name="${input}"]`)) {
        table.rows[k].cells[l].className = "is-input";
      }
    }
    const python = values("python", name)[i][j], r = values("r", name)[i][j];
    const plain = name.replace(" after", ""), distance = apart(name, i, j);
    show(part, "which", name === "loss" ? say("one") : say("place", {
      i: i + 1, j: j + 1, python: `${plain}[${i}, ${j}]`, r: `${plain}[${i + 1}, ${j + 1}]`,
    }));
    show(part, "sum", sumNodes(pieces));
    show(part, "python", write(python));
    const exact = state.numbers === "hex" ? hex : full;
    show(part, "python-full", exact(python));
    show(part, "r-full", exact(r));
    show(part, "apart", distance === 0 ? say("same") : say("apart", { ulp: short(distance) }));
  }

  function fill(step) {
    fillMatrices(step);
    step.querySelectorAll(".part").forEach(follow);
  }
  function render() {
    for (const step of steps) {
      const current = Number(step.dataset.step) === state.step;
      step.classList.toggle("current", current);
      if (current) fill(step);
    }
    for (const link of document.querySelectorAll(".rail a")) {
      if (Number(link.dataset.step) === state.step) {
        link.setAttribute("aria-current", "step");
        const rail = link.closest(".rail > ol");
        rail.scrollLeft = link.offsetLeft - rail.clientWidth / 2;
      } else {
        link.removeAttribute("aria-current");
      }
    }
    for (const choice of document.querySelectorAll("[data-choice]")) {
      for (const button of choice.querySelectorAll("button")) {
        button.setAttribute("aria-pressed", String(button.value === state[choice.dataset.choice]));
      }
    }
    show(document, "epoch", state.epoch);
    show(document, "loss", write(data.values[state.arithmetic][state.epoch].loss));
    show(document, "step", say("step", { number: state.step, count: steps.length }));
    document.querySelector('[data-go="-1"]').disabled = state.step === 1;
    document.querySelector('[data-go="1"]').disabled = state.step === steps.length;
  }

  // The address: #case=...&epoch=...&step=...
  function address() {
    return "#" + new URLSearchParams({ case: data.case, epoch: state.epoch, step: state.step });
  }
  function readAddress() {
    const given = new URLSearchParams(location.hash.slice(1));
    if (given.has("case") && given.get("case") !== data.case) return;
    const step = Number(given.get("step"));
    if (Number.isInteger(step) && step >= 1 && step <= steps.length) state.step = step;
    if (data.epochs.map(String).includes(given.get("epoch"))) state.epoch = given.get("epoch");
  }
  function go(step) {
    if (step < 1 || step > steps.length || step === state.step) return;
    state.step = step;
    history.pushState(null, "", address());
    render();
    window.scrollTo({ top: Math.min(window.scrollY, railTop()) });
    steps[step - 1].querySelector("h2").focus({ preventScroll: true });
  }
  const railTop = () => document.querySelector(".masthead").offsetHeight;

  function choose(cell) {
    const part = cell.closest(".part");
    followed.set(part.dataset.part, [cell.parentElement.rowIndex, cell.cellIndex]);
    follow(part);
  }
  function moveInMatrix(event, cell) {
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const [down, right] = moves[event.key] ?? [0, 0];
    const row = cell.closest("table").rows[cell.parentElement.rowIndex + down];
    const next = row?.cells[cell.cellIndex + right];
    if (!moves[event.key]) return false;
    event.preventDefault();
    if (next) {
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    }
    return true;
  }

  for (const table of document.querySelectorAll(".matrix.computed")) {
    table.setAttribute("role", "grid");
    [...table.rows].forEach((row, i) => [...row.cells].forEach((cell, j) => {
      cell.tabIndex = i === 0 && j === 0 ? 0 : -1;
    }));
    for (const event of ["mouseover", "focusin", "click"]) {
      table.addEventListener(event, ({ target }) => {
        if (target.matches("td")) choose(target);
      });
    }
  }
  document.addEventListener("click", ({ target }) => {
    const mover = target.closest("[data-go]");
    const chosen = target.closest("[data-choice] button");
    if (mover) go(state.step + Number(mover.dataset.go));
    if (chosen) {
      state[chosen.closest("[data-choice]").dataset.choice] = chosen.value;
      if (address() !== location.hash) history.pushState(null, "", address());
      render();
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const cell = event.target.closest?.('.matrix.computed td');
    if (cell && moveInMatrix(event, cell)) return;
    if (event.target.closest?.(".matrix-box, .formula")) return; // arrows scroll what is wide
    if (event.key === "ArrowRight") go(state.step + 1);
    if (event.key === "ArrowLeft") go(state.step - 1);
  });
  window.addEventListener("hashchange", () => { readAddress(); render(); });
  window.addEventListener("beforeprint", () => steps.forEach(fill));
  window.addEventListener("popstate", () => { readAddress(); render(); });

  document.documentElement.classList.add("has-script");
  readAddress();
  history.replaceState(null, "", address());
  render();
})();
