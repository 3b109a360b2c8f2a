(function () {
  "use strict";
  function all(what) { return Array.prototype.slice.call(document.querySelectorAll(what)); }
  function button(text, name) {
    var made = document.createElement("button");
    made.type = "button";
    made.className = name;
    made.textContent = text;
    return made;
  }

  var contents = document.querySelector("details.contents");
  if (contents && window.innerWidth < 1152) contents.open = false;

  // Light or dark: as the system has it until somebody chooses; the head of the page reads what was chosen.
  var root = document.documentElement, theme = document.getElementById("theme");
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  function dark() { return root.dataset.theme ? root.dataset.theme === "dark" : system.matches; }
  function name() { theme.textContent = dark() ? "Light" : "Dark"; }
  theme.hidden = false;
  theme.addEventListener("click", function () {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("nearfar-theme", root.dataset.theme); } catch (e) { /* it is not remembered then */ }
    name();
  });
  system.addEventListener("change", name);
  name();

  var fold = document.getElementById("fold"), codes = all("details.code");
  if (fold && codes.length) {
    var without = document.getElementById("without-code");
    fold.hidden = without.parentNode.hidden = false;
    fold.addEventListener("click", function () {
      var close = codes.some(function (code) { return code.open; });
      codes.forEach(function (code) { code.open = !close; });
      fold.textContent = close ? "Show all code" : "Fold all code";
    });
    without.addEventListener("change", function () { root.classList.toggle("without-code", without.checked); });
  }

  // A table of sentences is read row by row on a telephone: each cell after its column's name.
  all(".wide table").forEach(function (table) {
    var heads = Array.prototype.map.call(table.querySelectorAll("thead th"), function (head) { return head.textContent; });
    var cells = Array.prototype.slice.call(table.querySelectorAll("tbody td, tbody th"));
    var letters = cells.reduce(function (sum, cell) { return sum + cell.textContent.length; }, 0);
    if (heads.length < 3 || letters < 16 * cells.length) return;
    table.classList.add("sentences");
    cells.forEach(function (cell) { cell.dataset.label = heads[cell.cellIndex]; });
  });

  codes.forEach(function (code) {
    var copy = button("Copy", "copy");
    function shown() { copy.hidden = !code.open; }
    copy.setAttribute("aria-label", "Copy this code");
    copy.addEventListener("click", function () {
      var text = code.querySelector("pre").textContent;
      function done() { copy.textContent = "Copied"; setTimeout(function () { copy.textContent = "Copy"; }, 1500); }
      function byHand() { // a file that was opened from a disk may not use the clipboard's interface
        var area = document.createElement("textarea");
        area.value = text;
        document.body.appendChild(area);
        area.select();
        if (document.execCommand("copy")) done();
        area.remove();
        copy.focus();
      }
      if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(done, byHand);
      else byHand();
    });
    code.appendChild(copy);
    code.addEventListener("toggle", shown);
    shown();
  });

  // A picture that moves can be stopped: its first frame, drawn on a canvas, takes its place.
  all('.picture img[src^="data:image/gif"]').forEach(function (image) {
    var box = document.createElement("div"), still = document.createElement("canvas"), toggle = button("Pause", "pause");
    box.className = "moving";
    image.parentNode.insertBefore(box, image);
    box.append(image, still, toggle);
    still.setAttribute("role", "img");
    still.setAttribute("aria-label", image.alt + " (paused)");
    still.hidden = true;
    function move(moves) {
      if (!moves) {
        still.width = image.naturalWidth;
        still.height = image.naturalHeight;
        still.style.width = (image.getAttribute("width") || image.naturalWidth) + "px";
        still.getContext("2d").drawImage(image, 0, 0);
      }
      image.hidden = !moves;
      still.hidden = moves;
      toggle.textContent = moves ? "Pause" : "Play";
    }
    toggle.addEventListener("click", function () { move(image.hidden); });
    if (window.matchMedia("(prefers-reduced-motion: reduce)").matches) image.decode().then(function () { move(false); });
  });

  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = all("details:not([open])");
    opened.forEach(function (part) { part.open = true; });
  });
  window.addEventListener("afterprint", function () { opened.forEach(function (part) { part.open = false; }); });
})();
