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
