// node replay.mjs CASES: replays pages in Chromium and says what it saw.
// CASES is a JSON file: {shots, pywb, wacz, rwp, pages: [{name, url, ts, texts, pictures}]}; `pywb` is the base
// of a running collection, `rwp` the folder of ReplayWeb.page's ui.js and sw.js; `pictures` are parts
// of their addresses. Prints JSON: {seen: [{replayer, name, texts: [bool], pictures: [width in pixels,
// 0 where it did not come], ms}], outside: [URL]}.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { launch, sizes } from "./browser.mjs";
import { serve } from "./static.mjs";

const cases = JSON.parse(readFileSync(process.argv[2], "utf8"));
const found = { seen: [], outside: [] };
const browser = await launch();

// The width of each picture that a frame shows, once it is loaded; shown first, since some load late.
const widths = (pictures) => Promise.all(pictures.map(async (part) => {
  const image = [...document.images].find((one) => one.src.includes(part));
  image?.scrollIntoView();
  await image?.decode().catch(() => undefined);
  return image?.naturalWidth ?? 0;
}));

async function look(replayer, { name, texts, pictures }, address) {
  const context = await browser.newContext({ viewport: sizes.desktop });
  const page = await context.newPage();
  context.on("request", (request) => {
    const { protocol, hostname } = new URL(request.url());
    if (!["data:", "blob:", "about:"].includes(protocol) && hostname !== "127.0.0.1") found.outside.push(request.url());
  });
  const began = Date.now();
  await page.goto(address);
  const deadline = began + 30_000;
  let all = "";
  let seen = [];
  do {
    await page.waitForTimeout(300);
    const parts = await Promise.all(page.frames().map((frame) =>
      frame.evaluate(() => document.body?.innerText ?? "").catch(() => "")));
    all = parts.join("\n").replace(/\s+/g, " ");
    seen = texts.map((text) => all.includes(text.replace(/\s+/g, " ")));
  } while (!seen.every(Boolean) && Date.now() < deadline);
  let shown = [];
  do {
    const parts = await Promise.all(page.frames().map((frame) =>
      frame.evaluate(widths, pictures).catch(() => [])));
    shown = pictures.map((_, at) => Math.max(0, ...parts.map((part) => part[at] ?? 0)));
    if (!shown.every(Boolean)) await page.waitForTimeout(300);
  } while (!shown.every(Boolean) && Date.now() < deadline);
  found.seen.push({ replayer, name, texts: seen, pictures: shown, ms: Date.now() - began });
  if (cases.shots) await page.screenshot({ path: join(cases.shots, `${replayer}-${name}.png`) });
  await context.close();
}

for (const page of cases.pages)
  if (cases.pywb) await look("pywb", page, `${cases.pywb}/${page.ts}/${page.url}`);
if (cases.wacz) {
  const files = {
    "/ui.js": { file: join(cases.rwp, "ui.js") },
    "/replay/sw.js": { file: join(cases.rwp, "sw.js") },
    // The service worker answers for these once it is in charge; now and then the frame is there first.
    "/replay/": { text: '<!doctype html><title>replay</title><script src="/ui.js"></script><replay-app-main></replay-app-main>' },
    "/replay/ui.js": { file: join(cases.rwp, "ui.js") },
    "/archive.wacz": { file: cases.wacz },
  };
  const { server, base } = await serve(files);
  for (const [number, page] of cases.pages.entries()) {
    const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");
    files[`/${number}.html`] = { text: `<!doctype html><html lang="fr"><title>replay</title><style>body{margin:0}replay-web-page{display:block;height:100vh}</style>
      <script src="/ui.js"></script><replay-web-page source="/archive.wacz" url="${attribute(page.url)}" ts="${page.ts}"></replay-web-page>` };
    await look("rwp", page, `${base}/${number}.html`);
  }
  server.close();
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
