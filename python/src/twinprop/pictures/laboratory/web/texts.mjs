// The page's texts in the language that its address asks for (?lang=zh), else the browser's.
const wanted = new URLSearchParams(location.search).get("lang");
const asked = wanted ?? navigator.language ?? "en";
export const language = asked.toLowerCase().startsWith("zh") ? "zh" : "en";
const address = new URL(`./texts/${language}.json`, import.meta.url);
const texts = await (await fetch(address)).json();

// A text with its values: {name} stands for one.
export function say(key, values = {}) {
  return texts.laboratory[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// What check says beside its verdict: sentences in which {name} stands for what varies, {where} for a
// line, if there is one.
const WHERE = "(?<where>(?: on line \\d+(?:, column \\d+)?)?)";
const escaped = (text) => text.replace(/[.*+?^$()|[\]\\]/g, "\\$&");
const checked = Object.entries(texts.checked ?? {}).map(([english, chinese]) => [
  new RegExp(`^${escaped(english).replaceAll("{where}", WHERE).replace(/\{(\w+)\}/g, "(?<$1>.+?)")}$`, "s"), chinese,
]);
export function told(text) {
  for (const [pattern, chinese] of checked) {
    const found = pattern.exec(text);
    if (found) return chinese.replace(/\{(\w+)\}/g, (whole, name) => told(found.groups[name]));
  }
  return text;
}

// What check says, in this language as far as its sentences are there.
export function sentence(answer) {
  const first = answer.first;
  const text = texts.answers?.[answer.verdict];
  if (!text || (answer.verdict === "different" && !first?.line)) return told(answer.sentence);
  return text.replace("{name}", first?.name ?? "").replace("{line}", first?.line ?? "")
    .replace("{steps}", answer.seen?.steps ?? "").replace("{of}", answer.seen?.of ?? "")
    .replace("{sentence}", told(answer.sentence));
}

export const cause = (found) => texts.sentences?.[found.id] ?? told(found.text);
export const named = ({ id, title }) => texts.exercises?.[id] ?? title;
export const title = (number) => (number ? texts.steps[number - 1] : "");

// Put the texts where the page names them; those of the template are English.
export function translate(root = document) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  const links = [...root.querySelectorAll(".site a:not([hreflang])")];
  for (const link of links) link.href = language === "zh" ? link.href.replace(/\.html$/, ".zh.html") : link.href + (wanted ? "?lang=en" : "");
  if (language === "en") return;
  document.title = say("heading");
  for (const one of root.querySelectorAll(".skip, .site a")) one.textContent = texts.lesson[one.textContent] ?? one.textContent;
  const other = root.querySelector(".site [hreflang]");
  Object.assign(other, { href: "laboratory.html?lang=en", lang: "en", hreflang: "en" });
  for (const one of root.querySelectorAll("[data-text]")) one.textContent = say(one.dataset.text, one.dataset);
  for (const one of root.querySelectorAll("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
}
