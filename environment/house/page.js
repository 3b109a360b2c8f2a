(function () {
  "use strict";
  var contents = document.querySelector("details.contents");
  if (contents && window.innerWidth < 1152) contents.open = false;
  var button = document.getElementById("fold");
  var codes = document.querySelectorAll("details.code");
  if (codes.length) {
    button.hidden = false;
    button.addEventListener("click", function () {
      var fold = Array.prototype.some.call(codes, function (code) { return code.open; });
      codes.forEach(function (code) { code.open = !fold; });
      button.textContent = fold ? "Show all code" : "Fold all code";
    });
  }
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });
})();
