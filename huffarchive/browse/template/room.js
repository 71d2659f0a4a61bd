// What the pages do beside what HTML does by itself.

// On a phone hits come first: help and facets are folded.
if (matchMedia("(max-width: 48rem)").matches)
  for (const wide of document.querySelectorAll("details[data-wide]")) wide.open = false;

// A reference is copied by its button, which says so for a moment.
for (const button of document.querySelectorAll("[data-copied]")) {
  button.addEventListener("click", async () => {
    const says = button.textContent;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = says; }, 2000);
  });
}

// "/" goes to the search, up and down from result to result, left and right from page to page.
const results = [...document.querySelectorAll(".results h2 a")];
document.addEventListener("keydown", (event) => {
  const at = document.activeElement, typing = at.matches("input, textarea, select");
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key === "/" && !typing) {
    const search = document.querySelector("#q");
    if (search) search.select(); else location.href = "/";
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && (results.includes(at) || at.id === "q")) {
    const next = results.indexOf(at) + (event.key === "ArrowDown" ? 1 : -1);
    (results[next] ?? document.querySelector("#q")).focus();
  } else if ((event.key === "ArrowLeft" || event.key === "ArrowRight") && !typing) {
    const link = document.querySelector(event.key === "ArrowLeft" ? "a[rel=prev]" : "a[rel=next]");
    if (link) link.click(); else return;
  } else return;
  event.preventDefault();
});

// ReplayWeb.page makes its frame without a name; a screen reader says this one.
const named = (root, name) => {
  for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) watched(node.shadowRoot, name);
    if (node.tagName === "IFRAME" && node.title !== name) node.title = name;
  }
};
const watched = (root, name) => {
  if (!root.watched) {
    root.watched = true;
    new MutationObserver(() => named(root, name)).observe(root, { childList: true, subtree: true });
  }
  named(root, name);
};
customElements.whenDefined("replay-web-page").then(() => {
  for (const replay of document.querySelectorAll("replay-web-page")) {
    const name = replay.getAttribute("aria-label");
    const ready = () => (replay.shadowRoot ? watched(replay.shadowRoot, name) : watched(replay, name));
    Promise.resolve(replay.updateComplete).then(ready);
  }
});

// The capture stands at its headline. It loads by and by, in frames of our own origin.
const documents = function* (root) {
  for (const node of root.querySelectorAll("*")) {
    if (node.shadowRoot) yield* documents(node.shadowRoot);
    if (node.contentDocument) {
      yield node.contentDocument;
      yield* documents(node.contentDocument);
    }
  }
};
const plain = (node) => node.textContent.replace(/\s+/g, " ").trim();
const scrolled = (headline, tries) => {
  for (const inner of documents(document)) {
    const title = [...inner.querySelectorAll("h1, h2, h3, [class*=headline]")].find((node) => plain(node) === headline);
    if (!title) continue;
    const top = title.getBoundingClientRect().top + inner.defaultView.scrollY;
    return inner.defaultView.scrollTo(0, top - 16); // scrollIntoView would move our page too
  }
  if (tries) setTimeout(scrolled, 300, headline, tries - 1);
};
if (document.querySelector("replay-web-page")) scrolled(plain(document.querySelector("h1")), 80);
