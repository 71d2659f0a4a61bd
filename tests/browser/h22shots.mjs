import { launch } from "./browser.mjs";
const browser = await launch();
const pages = { home: "/", results: "/?q=neige&year=2013", zero: "/?q=insendie+absente", article: process.argv[2], worklist: "/?sort=doubts", values: "/values/author", tables: "/room/articles", row: process.argv[3], sql: "/room?sql=select+id%2C+headline+from+articles+limit+3", sqlerror: "/room?sql=selec", missing: "/article/none", room: "/room" };
const only = (process.argv[4] || "").split(",").filter(Boolean);
for (const [lang, port] of [["fr", 8101], ["en", 8102]])
  for (const scheme of ["light", "dark"])
    for (const [size, viewport] of [["1280", { width: 1280, height: 900 }], ["390", { width: 390, height: 844 }]]) {
      const context = await browser.newContext({ viewport, colorScheme: scheme });
      for (const [name, path] of Object.entries(pages)) {
        if (only.length && !only.includes(name)) continue;
        if (["tables","row","sql","sqlerror","missing","room","values"].includes(name) && (lang === "en" || scheme === "dark" && !only.length)) continue;
        const page = await context.newPage();
        await page.goto(`http://127.0.0.1:${port}${path}`);
        if (name === "article") await page.waitForTimeout(4000);
        await page.screenshot({ path: `/tmp/h22/shots/${name}-${lang}-${scheme}-${size}.png`, fullPage: !["tables"].includes(name) });
        await page.close();
      }
      await context.close();
    }
await browser.close();
