(function () {
  "use strict";
  // A link into a closed part opens it, in browsers that do not do so themselves.
  function reveal() {
    var id = decodeURIComponent(location.hash.slice(1));
    var at = id && document.getElementById(id);
    for (var e = at; e; e = e.parentElement) if (e.tagName === "DETAILS") e.open = true;
    if (at) at.scrollIntoView();
  }
  addEventListener("hashchange", reveal);

  var claims = [].slice.call(document.querySelectorAll(".claim"));
  var kinds = [].slice.call(document.querySelectorAll(".kind"));
  var before = kinds.map(function (k) { return k.open; });
  var place = document.getElementById("gaps");
  if (claims.length && place) {
    var form = document.createElement("form");
    form.className = "filter";
    form.setAttribute("role", "search");
    form.innerHTML = '<label for="f">Find claims</label> <input id="f" type="search" placeholder="Account.balance, columns/not-null, ..."> ' +
      '<select id="s" aria-label="Verdict"><option value="">any verdict</option><option>refuted</option><option>undecided</option><option>untried</option><option>held</option></select> ' +
      '<output id="o" for="f s"></output>';
    place.parentNode.insertBefore(form, place);
    var text = form.querySelector("#f"), status = form.querySelector("#s"), out = form.querySelector("#o");
    var words = claims.map(function (c) {
      return (c.querySelector(".statement").textContent + " " + c.querySelector(".id").textContent).toLowerCase();
    });
    var apply = function () {
      var want = text.value.trim().toLowerCase(), is = status.value, on = want || is, shown = 0;
      claims.forEach(function (c, i) {
        var ok = (!want || words[i].indexOf(want) >= 0) && (!is || c.classList.contains(is));
        c.hidden = !ok;
        shown += ok;
      });
      kinds.forEach(function (k, i) {
        var any = k.querySelector(".claim:not([hidden])");
        k.hidden = !any;
        k.open = on ? !!any : before[i];
      });
      document.body.classList.toggle("filtering", !!on);
      out.textContent = on ? shown + " of " + claims.length : "";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (e) { e.preventDefault(); apply(); });
  }
  if (location.hash) reveal();
})();
