// A sheet gets the largest type with which all of it is there.
addEventListener("load", () => {
  for (const columns of document.querySelectorAll(".columns")) {
    for (let size = 10.5; size >= 4; size -= 0.25) {
      columns.style.fontSize = `${size}pt`;
      if (columns.scrollWidth <= columns.clientWidth + 1 && columns.scrollHeight <= columns.clientHeight + 1) break;
    }
  }
});
