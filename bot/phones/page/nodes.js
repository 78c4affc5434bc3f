// Nodes of the page. Everything typed by anyone becomes text nodes, never markup.

export function make(tag, name, text) {
  const node = document.createElement(tag);
  if (name) node.className = name;
  if (text !== undefined) node.textContent = text;
  return node;
}

export function button(name, text, label, act) {
  const node = make("button", name, text);
  node.type = "button";
  if (label) { node.setAttribute("aria-label", label); node.title = label; }
  node.addEventListener("click", act);
  return node;
}

export function fromTemplate(id) {
  return document.getElementById(id).content.firstElementChild.cloneNode(true);
}

// Put the nodes in place without touching those that already are there, so that focus and scrolling stay.
export function settle(parent, nodes) {
  const wanted = new Set(nodes);
  for (const node of [...parent.children]) if (!wanted.has(node)) node.remove();
  nodes.forEach((node, place) => { if (parent.children[place] !== node) parent.insertBefore(node, parent.children[place] ?? null); });
}

// Draw anew only when what is drawn has changed.
export function redraw(node, what, nodes) {
  const as = JSON.stringify(what);
  if (node.dataset.as === as) return;
  node.dataset.as = as;
  node.replaceChildren(...nodes());
}
