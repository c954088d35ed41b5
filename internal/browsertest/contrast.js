// The texts of the page that are too faint for WCAG 2.2 AA (1.4.3): each with
// its ratio and its element.
(() => {
  const channels = (color) => color.match(/[\d.]+/g).map(Number);
  const isTransparent = (color) => channels(color)[3] === 0;

  const luminance = (color) => {
    const [r, g, b] = channels(color).map((channel) => {
      const c = channel / 255;
      return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  const background = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = getComputedStyle(e).backgroundColor;
      if (!isTransparent(color)) return color;
    }
    return "rgb(255, 255, 255)";
  };

  const ratio = (a, b) => {
    const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (high + 0.05) / (low + 0.05);
  };

  const isLarge = (style) => {
    const size = parseFloat(style.fontSize);
    return size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
  };

  const faint = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || !element.checkVisibility()) continue;
    const style = getComputedStyle(element);
    const found = ratio(style.color, background(element));
    if (found < (isLarge(style) ? 3 : 4.5)) {
      faint.push(`${found.toFixed(2)} ${element.tagName} ${element.className} ${texts.currentNode.textContent.trim().slice(0, 40)}`);
    }
  }
  return faint;
})()
