// The laboratory: both programs are run, judged and compared in this page.
import { readState, writeState } from "./address.mjs";
import { newEditor } from "./editors.mjs";
import { Ended, startPython, startR, Stopped } from "./engines.mjs";
import { describeFirst, showSteps } from "./steps.mjs";
import { cause, named, say, sentence, told, translate } from "./texts.mjs";

const LANGUAGES = ["python", "r"];
const ROUNDS = 3; // of both programs, before both languages run as fast as they can
const FILES = { python: "program.py", r: "program.R" };
const find = (id) => document.getElementById(id);
const { programs: exercises, asked } = await (await fetch(new URL("./exercises.json", import.meta.url))).json();
const engines = {};
let exercise = exercises[0];
let last = "python"; // the editor that was used last
let warming = { isAwaited: false, done: Promise.resolve() };
let found = null; // the steps of both programs, as they ran last

function tell(id, text, state = "") {
  find(id).textContent = text;
  find(id).dataset.state = state;
}

translate();
const editors = Object.fromEntries(LANGUAGES.map((language) => [language, newEditor(
  find(`${language}-editor`), language, say(`${language}Program`), () => forget(language),
)]));
for (const language of LANGUAGES) editors[language].dom.addEventListener("focusin", () => { last = language; });

// What was said of a program does not hold for another.
function forget(language) {
  tell(`${language}-says`, "");
  found = null;
  showFound({ rows: {}, first: null });
}

// Exercises

const isFault = () => exercise.id !== exercises[0].id;

function choose(id, texts = {}) {
  exercise = exercises.find((one) => one.id === id) ?? exercises[0];
  find("exercise").value = exercise.id;
  for (const language of LANGUAGES) editors[language].text = texts[language] ?? exercise[language];
  find("point").hidden = !isFault();
  tell("exercise-says", isFault() ? say(exercise.id.startsWith("gap") ? "fillGap" : "findFault") : "");
}

function listExercises() {
  const count = {};
  for (const one of exercises) {
    const kind = one.id.split("-")[0];
    count[kind] = (count[kind] ?? 0) + 1;
    const text = say(kind, { number: count[kind] });
    find("exercise").append(new Option(kind === "gap" ? `${text}: ${named(one)}` : text, one.id));
  }
}

// Engines

async function start(language) {
  tell(`${language}-state`, say("loading"));
  const engine = engines[language] = (language === "python" ? startPython : startR)();
  try {
    tell(`${language}-state`, say("ready", { version: await engine.ready }), "ready");
  } catch (error) {
    if (!(error instanceof Stopped)) tell(`${language}-state`, say("notStarted", { error: error.message }), "bad");
    throw error;
  }
}

// Start languages, again where they run already; with both the page is ready.
async function startAgain(languages) {
  find("load").hidden = true;
  find("stop").disabled = false;
  for (const language of languages) engines[language]?.stop();
  const started = await Promise.allSettled(languages.map(start));
  const isReady = started.every((one) => one.status === "fulfilled");
  setReady(isReady);
  if (!isReady) return;
  warming = { isAwaited: false };
  warming.done = warm(warming);
  warming.done.catch(() => {}); // whoever waits for it is told
}

// What runs for the first times takes longer, in both: so that is the article's network, and how
// R's program draws is known. Whoever waits for it waits for what is running, and the rest is left out.
async function warm(own) {
  await tellReady("warming");
  const judging = (language) => own.isAwaited || engines.python.call("judge", language, "");
  const parts = [
    () => runBoth(LANGUAGES.map((language) => exercises[0][language]), judging),
    () => engines.python.call("compare"),
    listSteps,
  ];
  for (const part of Array(ROUNDS).fill(parts).flat()) if (!own.isAwaited) await part();
  await tellReady("ready");
}

async function tellReady(key) {
  for (const language of LANGUAGES) tell(`${language}-state`, say(key, { version: await engines[language].ready }), "ready");
}

function endWarming() {
  warming.isAwaited = true;
  return warming.done;
}

const setReady = (is) => { for (const id of ["run", "point", "show"]) find(id).disabled = !is; };

// A worker cannot be interrupted: the one that is busy is ended.
function stop() {
  if (!find("run").disabled) return;
  const busyOnes = LANGUAGES.filter((language) => engines[language].isBusy());
  if (!busyOnes.length) return;
  tell("compared", say("stopped"));
  startAgain(busyOnes);
}

// One thing after the other; what was stopped has said so already.
async function busy(work) {
  setReady(false);
  try {
    await work();
    setReady(true);
  } catch (error) {
    if (error instanceof Stopped) return;
    tell("compared", say("failed", { error: error.message }), "bad");
    if (error instanceof Ended) await startAgain(["r"]); else setReady(true);
  }
}

// Run and judge

async function record(language, source, draws = "") {
  if (language === "python") return engines.python.call("run_python", source);
  const { recording, printed } = await engines.r.watch(source, draws);
  return engines.python.call("take_recording", "r", source, recording, printed, draws);
}

async function judge(language) {
  return JSON.parse(await engines.python.call("judge", language, isFault() ? JSON.stringify(asked) : ""));
}

function showAnswer(language, answer) {
  const lines = [sentence(answer)];
  if (answer.cause && !isFault()) lines.push(cause(answer.cause));
  lines.push(...[...(answer.exercise ?? []), ...(answer.remarks ?? [])].map(told));
  tell(`${language}-says`, lines.join("\n"), answer.verdict);
  if (answer.printed?.length) showPrinted(find(`${language}-says`), answer.printed);
  editors[language].mark(answer.lines ?? []);
}

function showPrinted(place, lines) {
  const printed = document.createElement("samp");
  printed.className = "printed";
  printed.textContent = lines.join("\n");
  place.append(`\n${say("printed")}`, printed);
}

// What is said of a program is shown as long as that stands in its editor.
async function judgeAndShow(language, source) {
  const answer = await judge(language);
  if (editors[language].text === source) showAnswer(language, answer);
  return answer;
}

// R begins with what Python drew, where it is foreseen what that is; it runs while Python judges.
async function runBoth([python, r], judging) {
  await record("python", python);
  const ran = record("r", r, await engines.python.call("foresee"));
  return Promise.all([judging("python", python), ran.then(() => judging("r", r))]);
}

async function compare(source) {
  let said = JSON.parse(await engines.python.call("compare"));
  while ("draws" in said) {
    await record("r", source, said.draws);
    await judgeAndShow("r", source);
    said = JSON.parse(await engines.python.call("go_on"));
  }
  return said.answer;
}

const listSteps = async () => JSON.parse(await engines.python.call("list_steps"));

async function run() {
  const sources = LANGUAGES.map((language) => editors[language].text);
  for (const id of ["python-says", "r-says", "compared"]) tell(id, say("running"));
  await endWarming();
  const answers = await runBoth(sources, judgeAndShow);
  const verdicts = answers.map((answer) => answer.verdict);
  const port = await compare(sources[1]);
  found = await listSteps();
  if (isFault() && verdicts.every((verdict) => verdict === "right")) {
    tell("exercise-says", say("solved", { title: named(exercise) }), "right");
  }
  if (find("show").value !== "programs") return show();
  showFound(found);
  if (port.verdict === "different") tell("compared", sayPort(port), "different");
  if (port.verdict === "not followed" && !verdicts.includes(port.verdict)) tell("compared", told(port.sentence), port.verdict);
  return share();
}

function sayPort({ first, cause: why }) {
  const said = say("portDiffers", { quantity: first.quantity, a: first.line_a, b: first.line_b });
  return why ? `${said}\n${cause(why)}` : said;
}

const isFar = ({ rows, first }) => first !== null && rows[first.step][first.row].far;

function showFound(rows) {
  showSteps(find("rows"), find("step"), rows, ([python, r]) => { editors.r.go(r); editors.python.go(python); });
  tell("compared", describeFirst(rows), isFar(rows) ? "different" : "right");
  find("kept").textContent = rows.kept?.r ? say("kept", rows.kept) : "";
  find("steps").hidden = !Object.keys(rows.rows).length;
}

// Ask whether the fault of an exercise is on the line of the cursor.
async function point() {
  const line = editors[last].line;
  await endWarming();
  await record(last, editors[last].text);
  const answer = await judge(last);
  const hit = answer.verdict === "different" && answer.first?.line === line;
  const key = answer.verdict === "right" ? "pointRight" : hit ? "pointHit" : "pointMiss";
  tell("exercise-says", say(key, { line }), hit ? "right" : "");
}

// The network of Python's program, run by the project's own twins in an arithmetic of theirs.
async function readCase() {
  await endWarming();
  await record("python", editors.python.text);
  await engines.python.call("judge", "python", "");
  const text = await engines.python.call("write_case");
  const { error } = JSON.parse(text);
  if (error) throw new Error(error);
  return text;
}

async function show() {
  const what = find("show").value;
  if (what === "programs") return found ? showFound(found) : run();
  tell("compared", say("running"));
  const text = await readCase();
  const runs = await Promise.all([engines.python.call("run_case", text, what), engines.r.runCase(text, what)]);
  const rows = JSON.parse(await engines.python.call("compare_runs", ...runs));
  if (rows.error) throw new Error(rows.error);
  return showFound(rows);
}

// What a reader takes away

function save(name, text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function share() {
  const changed = LANGUAGES.filter((language) => editors[language].text !== exercise[language]);
  const texts = Object.fromEntries(changed.map((language) => [language, editors[language].text]));
  const hash = await writeState({ exercise: exercise.id, show: find("show").value, texts });
  history.replaceState(null, "", hash);
  find("address").value = location.href;
  const framed = new URL(location.href);
  framed.searchParams.set("frame", "1");
  find("frame").value = `<iframe src="${framed.href.replaceAll("&", "&amp;")}" width="100%" height="900" title="${document.title}"></iframe>`;
}

// The beginning

async function restore() {
  const state = await readState(location.hash);
  choose(state.exercise, state.texts);
  if (state.damaged) tell("exercise-says", say("damagedAddress"), "bad");
  find("show").value = ["native", "strict"].includes(state.show) ? state.show : "programs";
}

document.body.classList.toggle("framed", new URLSearchParams(location.search).has("frame"));
listExercises();
await restore();
forget("python");
find("exercise").addEventListener("change", () => { choose(find("exercise").value); share(); });
find("run").addEventListener("click", () => busy(run));
find("stop").addEventListener("click", stop);
find("show").addEventListener("change", () => busy(show));
find("point").addEventListener("click", () => busy(point));
find("load").addEventListener("click", () => startAgain(LANGUAGES));
find("share").addEventListener("toggle", share);
for (const language of LANGUAGES) find(`save-${language}`).addEventListener("click", () => save(FILES[language], editors[language].text));
find("save-case").addEventListener("click", () => busy(async () => save("case.json", await readCase())));
addEventListener("hashchange", restore);
document.body.classList.add("served");
// A small device is asked before so much of its memory is taken.
const isSmall = (navigator.deviceMemory ?? 8) <= 4 || matchMedia("(max-width: 40rem)").matches;
if (isSmall) find("load").hidden = false; else startAgain(LANGUAGES);
