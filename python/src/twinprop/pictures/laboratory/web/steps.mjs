// The steps as a table: both languages' matrices, and how far they are apart.
import { say, title } from "./texts.mjs";

const OFF = ["same", "near", "far"];

function element(name, content, classes = "") {
  const made = document.createElement(name);
  made.append(...[content].flat());
  if (classes) made.className = classes;
  return made;
}

// A number in six digits; all of them are in its title.
function cell(text, off) {
  const td = element("td", Number.isFinite(Number(text)) ? String(Number(Number(text).toPrecision(6))) : text, OFF[off ?? 0]);
  td.title = text;
  return td;
}

function matrix(values, off) {
  const rows = values.map((row, i) => element("tr", row.map((text, j) => cell(text, off?.[i]?.[j]))));
  return element("div", element("table", element("tbody", rows), "matrix"), "matrix-box");
}

// How far apart: ULPs where it is rounding, a ratio where all numbers have the same one.
function distance(row) {
  if (row.same) return say("sameBits");
  if (row.ulp === null) return say("otherShape");
  if (row.ratio !== null) return say("ratio", { ratio: Number(row.ratio.toPrecision(6)) });
  return row.far ? say("otherNumbers") : say("ulps", { ulps: row.ulp });
}

function line(row, isFirst, onLine) {
  const names = row.name === row.other_name ? [row.name] : [row.name, row.other_name];
  const said = [element("code", names.join(" / "))];
  if (row.step) said.push(element("span", `${row.step}. ${title(row.step)}`, "small muted"));
  if (row.lines) {
    const go = element("button", say("lines", { python: row.lines[0], r: row.lines[1] }), "small");
    go.type = "button";
    go.addEventListener("click", () => onLine(row.lines));
    said.push(go);
  }
  const head = element("th", element("div", said));
  head.scope = "row";
  const apart = element("td", element("strong", distance(row)), row.same ? "" : row.far ? "bad" : "warn");
  const tr = element("tr", [head, element("td", matrix(row.a, row.off)), element("td", matrix(row.b, row.off)), apart]);
  if (isFirst) {
    tr.classList.add("first");
    apart.append(element("span", say("firstHere"), "small"));
  }
  return tr;
}

// `found` holds the rows of each step, and where the first difference is.
export function showSteps(body, choice, found, onLine) {
  const steps = Object.keys(found.rows);
  const show = (step) => body.replaceChildren(...(found.rows[step] ?? []).map((row, k) => line(
    row, found.first?.step === Number(step) && found.first.row === k, onLine,
  )));
  const wanted = String(found.first?.step ?? steps[0] ?? "");
  choice.replaceChildren(...steps.map((step) => new Option(say("step", { step }), step, false, step === wanted)));
  choice.onchange = () => show(choice.value);
  show(wanted);
}

export function describeFirst(found) {
  if (!Object.keys(found.rows).length) return "";
  if (!found.first) return say("noDifference");
  const row = found.rows[found.first.step][found.first.row];
  return say(row.far ? "firstFar" : "firstNear", { name: row.name, step: found.first.step, distance: distance(row) });
}
