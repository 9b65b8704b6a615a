"""Looks at a page as axe, as a narrow screen and as a reader does: what is wrong with it, in words."""

from axe_playwright_python.sync_playwright import Axe

SCHEMES = {1280: "light", 390: "dark"}
"""Each width in one scheme, so that every page is looked at by both widths and in both schemes. What axe asks of a page
does not depend on its colours, but for their contrast."""
UNTOUCHED = (390, 320)
"""Widths at which nothing may scroll sideways as it is; the second is the narrowest (WCAG 1.4.10)."""
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
AXE = """
async (judged) => {
  document.body.offsetWidth, document.getAnimations().forEach((animation) => animation.finish());
  const told = [];
  const ask = async (where, options) => {
    const {violations} = await axe.run(where, {resultTypes: ["violations"], preload: {assets: ["media"]}, ...options});
    for (const {id, nodes} of violations)
      told.push(`${id}: ${nodes.slice(0, 2).map((node) => node.target[0]).join(", ")}`);
  };
  await ask(document, {rules: {"color-contrast": {enabled: false}}});
  const shows = (element) => element.matches("input, select, textarea")
    || [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  const looks = (element) => {
    const {color, fontSize, fontWeight, textShadow} = getComputedStyle(element);
    const under = [color, fontSize, fontWeight, textShadow];
    for (let at = element; at; at = at.parentElement) {
      const {backgroundColor, backgroundImage, opacity} = getComputedStyle(at);
      under.push(...[backgroundColor, backgroundImage, opacity].filter((one) => !CLEAR.has(one)));
    }
    return under.join();
  };
  const CLEAR = new Set(["rgba(0, 0, 0, 0)", "none", "1"]), known = new Set(judged), fresh = new Map();
  for (const element of document.body.querySelectorAll("*"))
    if (shows(element) && element.checkVisibility({visibilityProperty: true})) {
      const look = looks(element);
      if (!known.has(look) && !fresh.has(look)) fresh.set(look, element);
    }
  if (fresh.size) await ask({include: [...fresh.values()]}, {runOnly: ["color-contrast"]});
  return [told, [...fresh.keys()]];
}
"""
"""With the colours of the other scheme at once, not on their way there. No rule reads the style sheets themselves, so
they are not fetched again. Contrast, two thirds of the work, is asked once for each look that a text has: its colour,
size and weight with all that lies under it."""
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
    page.evaluate(Axe().axe_script)
    found = []
    for width in (1280, 640, 390, 320):
        resize(page, width)
        if scheme := SCHEMES.get(width):
            page.emulate_media(color_scheme=scheme)
            found += [f"{fault} at {width} {scheme}" for fault in (*judge(page), *page.evaluate(COLLISIONS))]
        if width in UNTOUCHED:
            found += sideways(page, f"at {width}")
        for reader, (rules, widths) in READERS.items():
            if width in widths:
                page.evaluate(ADOPT, rules)
                found += sideways(page, f"at {width} {reader}")
                faults = (*page.evaluate(CLIPPED), *page.evaluate(COLLISIONS))
                found += [f"{fault} at {width} {reader}" for fault in faults]
                page.evaluate("document.adoptedStyleSheets = []")
    resize(page, 1280)
    return found


WELL_SEEN = set()
"""Looks of texts in which axe found no fault of contrast."""


def judge(page):
    """What axe says of the page as it is shown now."""
    told, looks = page.evaluate(AXE, list(WELL_SEEN))
    if not told:
        WELL_SEEN.update(looks)
    return told


def resize(page, width):
    if page.viewport_size["width"] != width:
        page.set_viewport_size(page.viewport_size | {"width": width})


def sideways(page, where):
    """The sentence about a page that scrolls sideways, when it does."""
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        yield f"scrolls sideways {where}: {page.evaluate(WIDEST)}"
