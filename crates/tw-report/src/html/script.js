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
  var around = [].slice.call(document.querySelectorAll(".room, .rule"));
  var before = kinds.map(function (k) { return k.open; });
  var place = document.getElementById("filter");
  if (claims.length && place) {
    var form = document.createElement("form"), asks = place.dataset;
    form.className = "filter";
    form.setAttribute("role", "search");
    form.innerHTML = '<label for="f"></label> <input id="f" type="search"> ' +
      '<select id="s"><option value=""></option></select> <output id="o" for="f s"></output>';
    place.appendChild(form);
    var text = form.querySelector("#f"), status = form.querySelector("#s"), out = form.querySelector("#o");
    form.querySelector("label").textContent = asks.label;
    text.placeholder = asks.example;
    status.setAttribute("aria-label", asks.by);
    status.options[0].textContent = "any " + asks.by;
    asks.classes.split(" ").forEach(function (c) { status.add(new Option(c, c)); });
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
      around.forEach(function (a) { a.hidden = on && !a.querySelector(".claim:not([hidden])"); });
      document.body.classList.toggle("filtering", !!on);
      out.textContent = on ? shown + " of " + claims.length : "";
    };
    form.addEventListener("input", apply);
    form.addEventListener("submit", function (e) { e.preventDefault(); apply(); });
  }
  if (location.hash) reveal();
})();
