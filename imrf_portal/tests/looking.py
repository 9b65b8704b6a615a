"""Looks at a page as axe, as a narrow screen and as a reader does: what is wrong with it, in words."""

from axe_playwright_python.sync_playwright import Axe

VARIANTS = [
    (1280, "light", None),
    (390, "dark", None),
    (1280, "dark", "color-contrast"),
    (390, "light", "color-contrast"),
]
"""Width, scheme, and the one rule that can differ from what was looked at before; none: all rules."""
NARROWEST = 320
WIDEST = """
() => {
  const isWide = () => document.documentElement.scrollWidth > innerWidth;
  const without = (element) => {
    const shown = element.style.display;
    element.style.setProperty("display", "none", "important");
    const mended = !isWide();
    element.style.display = shown;
    return mended;
  };
  let at = document.body, next = at;
  while ((next = [...at.children].find(without))) at = next;
  return `${at.tagName}.${at.className} (${at.textContent.trim().slice(0, 40)})`;
}
"""
"""The smallest element without which the page would not scroll sideways."""
READERS = {
    "enlarged to 200 %": ("", (640,)),
    "with the spacing a reader may set": (
        "* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }"
        "p { margin-block-end: 2em !important }",
        (1280, 390),
    ),
}
"""What a reader may change without loss (WCAG 1.4.4, 1.4.12): the rules, and the widths they are tried at. 640 is 1280
enlarged; the breakpoints are in rem, so that larger letters do the same."""
ADOPT = "(rules) => { const own = new CSSStyleSheet(); own.replaceSync(rules); document.adoptedStyleSheets = [own]; }"
CLIPPED = """
() => {
  const cuts = (value) => value === "hidden" || value === "clip";
  const told = new Set();
  for (const box of document.querySelectorAll("body *")) {
    const style = getComputedStyle(box);
    if (!cuts(style.overflowX) && !cuts(style.overflowY) || box.closest(".visually-hidden, svg, select")) continue;
    if (style.clipPath !== "none" || box.clientWidth < 4) continue;
    const edge = box.getBoundingClientRect();
    const texts = document.createTreeWalker(box, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (!node.data.trim() || node.parentElement.closest(".visually-hidden, svg")) continue;
      const range = document.createRange();
      range.selectNode(node);
      if ([...range.getClientRects()].some((line) => line.right > edge.right + 3 || line.bottom > edge.bottom + 3))
        told.add(`text is cut in ${box.tagName}.${box.className} (${node.data.trim().slice(0, 40)})`);
    }
  }
  return [...told];
}
"""
SETTLE = "document.body.offsetWidth, document.getAnimations().forEach((animation) => animation.finish())"
"""Colours of the other scheme at once, not on their way there."""
COLLISIONS = """
() => {
  const words = (element) => {
    const found = [];
    const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode, parent = node.parentElement;
      if (!node.data.trim() || parent.closest(".visually-hidden, option, [aria-hidden=true]")) continue;
      if (!parent.checkVisibility({visibilityProperty: true, opacityProperty: true})) continue;
      const range = document.createRange();
      range.selectNode(node);
      found.push(...range.getClientRects());
    }
    return found;
  };
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 2
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4;
  const told = new Set();
  for (const parent of document.querySelectorAll("main *")) {
    if (!["grid", "flex"].includes(getComputedStyle(parent).display)) continue;
    const children = [...parent.children].filter(
      (child) => !["absolute", "fixed", "sticky"].includes(getComputedStyle(child).position));
    const lines = children.map(words);
    for (let one = 0; one < lines.length; one++)
      for (let two = one + 1; two < lines.length; two++)
        if (lines[one].some((a) => lines[two].some((b) => meet(a, b))))
          told.add(`text over text in .${parent.className} (${children[one].innerText.slice(0, 40)})`);
  }
  return [...told];
}
"""


def problems(page):
    """What is wrong with the page that is open: at two widths, in light and dark, on the narrowest screen, for readers
    who set letters and spacing of their own."""
    height = page.viewport_size["height"]
    page.evaluate(Axe().axe_script)
    found = []
    for width, scheme, rule in VARIANTS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.evaluate(SETTLE)
        options = {"resultTypes": ["violations"]} | ({"runOnly": [rule]} if rule else {})
        for violation in page.evaluate("(options) => axe.run(options).then((result) => result.violations)", options):
            places = ", ".join(str(node["target"][0]) for node in violation["nodes"][:2])
            found.append(f"{violation['id']} at {width} {scheme}: {places}")
        if rule is None:
            found += [f"{collision} at {width}" for collision in page.evaluate(COLLISIONS)]
    for width in (390, NARROWEST):
        page.set_viewport_size({"width": width, "height": height})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"scrolls sideways at {width}: {page.evaluate(WIDEST)}")
    for reader, (rules, widths) in READERS.items():
        page.evaluate(ADOPT, rules)
        for width in widths:
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                found.append(f"scrolls sideways at {width} {reader}: {page.evaluate(WIDEST)}")
            found += [f"{fault} at {width} {reader}" for fault in (*page.evaluate(CLIPPED), *page.evaluate(COLLISIONS))]
    page.evaluate("document.adoptedStyleSheets = []")
    page.set_viewport_size({"width": 1280, "height": height})
    return found
