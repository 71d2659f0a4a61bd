// What the pages do beside what HTML does by itself.

// A reference is copied by its button, which says so for a moment.
for (const button of document.querySelectorAll("[data-copied]")) {
  button.addEventListener("click", async () => {
    const says = button.textContent;
    await navigator.clipboard.writeText(button.previousElementSibling.textContent);
    button.textContent = button.dataset.copied;
    setTimeout(() => { button.textContent = says; }, 2000);
  });
}

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
