// node pictures.mjs ARTICLE PATH…: an article of the reading room, until its replay shows its pictures or 30 s.
// Prints JSON: how wide each picture of these paths is in the replayed page, 0 when it is not there.
import { launch, sizes } from "./browser.mjs";

const browser = await launch();
const page = await browser.newPage({ viewport: sizes.desktop });
const [address, ...paths] = process.argv.slice(2);
await page.goto(address);
let widths = [];
const deadline = Date.now() + 30_000;
while (Date.now() < deadline && !(widths.length && widths.every(Boolean))) {
  await page.waitForTimeout(300);
  for (const frame of page.frames().slice(1)) {
    const images = await frame.evaluate(() => [...document.images].map((one) => [one.src, one.naturalWidth])).catch(() => []);
    if (images.length) widths = paths.map((path) => images.find(([src]) => src.includes(path))?.[1] ?? 0);
  }
}
await browser.close();
console.log(JSON.stringify(widths));
