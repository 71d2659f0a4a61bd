// node tables.mjs PAGE…: what is wider than its place on a phone, at 390 and 320 pixels.
// Prints one JSON object: `wide`, the regions that scroll; `cut`, what is cut without a way to scroll
// it (a named region that takes the focus) or without a sign that can be seen; `stuck`, what the
// Tab key does not reach or the arrow key does not move; `sideways`, pages that scroll as a whole.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { launch, sizes } from "./browser.mjs";

const found = { wide: [], cut: [], stuck: [], sideways: [] };
const browser = await launch();
for (const arg of process.argv.slice(2)) {
  const url = existsSync(arg) ? pathToFileURL(resolve(arg)).href : arg;
  for (const size of ["phone", "small"]) {
    const context = await browser.newContext({ viewport: sizes[size] });
    const page = await context.newPage();
    await page.goto(url);
    await page.evaluate(() => { for (const closed of document.querySelectorAll("details")) closed.open = true; });
    const seen = await page.evaluate(() => {
      const named = (node) => node.tabIndex >= 0 && node.hasAttribute("tabindex") && node.getAttribute("role") && node.getAttribute("aria-label");
      const sign = (node) => {
        const text = node.querySelector(".more span")?.getBoundingClientRect();
        const room = node.querySelector(".more")?.getBoundingClientRect();
        return room && room.height >= text.height && text.height > 10 && text.left >= 0 && text.right <= innerWidth;
      };
      const unseen = (node) => getComputedStyle(node).clipPath !== "none" || node.matches(".more, .skip, iframe, input");
      const nodes = [...document.body.querySelectorAll("*")].filter((node) =>
        node instanceof HTMLElement && node.clientWidth && node.scrollWidth > node.clientWidth + 1 &&
        getComputedStyle(node).overflowX !== "visible" && !unseen(node));
      const names = nodes.map((node) => node.getAttribute("aria-label") ?? node.tagName);
      nodes.forEach((node, at) => node.setAttribute("data-wide", at));
      return { names, cut: names.filter((_, at) => getComputedStyle(nodes[at]).overflowX !== "auto" || !named(nodes[at]) || !sign(nodes[at])),
        sideways: document.documentElement.scrollWidth > innerWidth };
    });
    found.wide.push(...seen.names);
    found.cut.push(...seen.cut.map((name) => `${size}: ${name}`));
    if (seen.sideways) found.sideways.push(`${size}: ${url}`);
    const [met, moved] = [new Set(), new Set()];
    for (let presses = 0; presses < 200 && met.size < seen.names.length; presses += 1) {
      await page.keyboard.press("Tab");
      const at = await page.evaluate(() => document.activeElement.getAttribute("data-wide"));
      if (at === null || met.has(at)) continue;
      met.add(at);
      await page.keyboard.press("ArrowRight");
      await page.waitForFunction(() => document.activeElement.scrollLeft > 0, null, { timeout: 3000 }).then(() => moved.add(Number(at)), () => {});
    }
    found.stuck.push(...seen.names.filter((_, at) => !moved.has(at)).map((name) => `${size}: ${name}`));
    await context.close();
  }
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
