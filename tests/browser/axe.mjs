// node axe.mjs PAGE… [--shots FOLDER/NAME]: each page (a URL or a file) at desktop and phone widths.
// Prints one JSON object: axe's violations, what was asked of the network, what overflows.
// Exit status 1 when there is anything of these.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, sizes } from "./browser.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const args = process.argv.slice(2);
const at = args.indexOf("--shots");
const shots = at < 0 ? null : args.splice(at, 2)[1];
const found = { pages: 0, rules: 0, violations: [], outside: [], overflow: [], errors: [] };
const browser = await launch();
for (const [number, arg] of args.entries()) {
  const url = existsSync(arg) ? pathToFileURL(resolve(arg)).href : arg;
  const origin = new URL(url).origin;
  for (const [size, viewport] of Object.entries(sizes)) {
    const context = await browser.newContext({ viewport, bypassCSP: true, colorScheme: process.env.SCHEME ?? "light" });
    const page = await context.newPage();
    page.on("request", (request) => {
      const asked = new URL(request.url());
      if (asked.href.split("#")[0] !== url.split("#")[0] && asked.origin !== origin)
        found.outside.push(asked.href);
    });
    page.on("pageerror", (error) => found.errors.push(`${url}: ${error.message}`));
    await page.goto(url);
    for (const closed of await page.locator("details > summary").all()) await closed.click();
    await page.evaluate(axe);
    const result = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
    found.pages += 1;
    found.rules = Math.max(found.rules, result.passes.length + result.violations.length);
    for (const rule of result.violations)
      for (const node of rule.nodes)
        found.violations.push({ url, size, rule: rule.id, help: rule.help, target: node.target.join(" ") });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) found.overflow.push({ url, size, width });
    if (shots) await page.screenshot({ path: `${shots}${number}-${size}.png`, fullPage: true });
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
process.exit(found.violations.length || found.outside.length || found.overflow.length || found.errors.length ? 1 : 0);
