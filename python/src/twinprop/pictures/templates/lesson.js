// The page in the language that its address asks for (?lang=zh), else in that of the browser.
(() => {
  const asked = new URLSearchParams(location.search).get("lang");
  const place = location.pathname.replace(/\/$/, "/index.html");
  const isChinese = place.endsWith(".zh.html");
  const wanted = asked ?? (isChinese ? "zh" : navigator.language ?? "en");
  const other = isChinese ? [".zh.html", ".html"] : [".html", ".zh.html"];
  if (wanted.toLowerCase().startsWith("zh") !== isChinese) {
    location.replace(place.replace(...other) + location.search + location.hash);
  }
  // What was asked for holds for the pages after it.
  if (asked && !isChinese) addEventListener("DOMContentLoaded", () => {
    for (const link of document.querySelectorAll("a[href$='.html']:not([hreflang])")) link.search = `?lang=${asked}`;
  });
})();
