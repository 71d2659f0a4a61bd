// node room.mjs BASE ARTICLE [--shots FOLDER]: walks the reading room as a reader does.
// Prints JSON: what was found, whether the capture was replayed beside the text, every request that
// left loopback, and axe's violations are axe.mjs's business.
import { join } from "node:path";
import { launch, sizes } from "./browser.mjs";

const [base, words] = process.argv.slice(2);
const at = process.argv.indexOf("--shots");
const shots = at < 0 ? null : process.argv[at + 1];
const found = { outside: [], asked: 0 };
const browser = await launch();
for (const [size, viewport] of Object.entries(sizes)) {
  const context = await browser.newContext({ viewport });
  context.on("request", (request) => {
    found.asked += 1;
    const { protocol, hostname } = new URL(request.url());
    if (!["data:", "blob:", "about:"].includes(protocol) && hostname !== "127.0.0.1") found.outside.push(request.url());
  });
  const page = await context.newPage();
  const shot = async (name) => shots && page.screenshot({ path: join(shots, `room-${name}-${size}.png`), fullPage: true });
  await page.goto(base);
  await shot("home");
  // By keyboard alone: the skip link, the search field, a result.
  await page.focus("#q");
  await page.keyboard.type(words);
  await page.keyboard.press("Enter");
  await page.waitForURL(/[?&]q=/);
  await shot("results");
  const headline = (await page.locator(".results h2 a").first().innerText()).trim();
  const marks = await page.locator("mark").count();
  await page.locator(".results h2 a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1");
  const last = (await page.locator(".text p").last().innerText()).replace(/\s+/g, " ");
  let replayed = false, atHeadline = false;
  const deadline = Date.now() + 25_000;
  while (!replayed && Date.now() < deadline) {
    await page.waitForTimeout(300);
    for (const frame of page.frames().slice(1)) {
      const text = await frame.evaluate(() => document.body?.innerText ?? "").catch(() => "");
      if (!text.replace(/\s+/g, " ").includes(last)) continue;
      replayed = true;
      await page.waitForTimeout(1000);
      atHeadline = await frame.evaluate((title) => {
        const plain = (node) => node.textContent.replace(/\s+/g, " ").trim();
        const node = [...document.querySelectorAll("h1, h2")].find((each) => plain(each) === title);
        const bottom = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
        return scrollY > 0 && (bottom || Math.abs(node.getBoundingClientRect().top) < 20);
      }, headline);
    }
  }
  await shot("article");
  found[size] = { headline, marks, replayed, atHeadline, title: await page.locator("h1").innerText(),
    overflow: await page.evaluate(() => document.documentElement.scrollWidth - innerWidth) };
  await context.close();
}
await browser.close();
console.log(JSON.stringify(found, null, 1));
