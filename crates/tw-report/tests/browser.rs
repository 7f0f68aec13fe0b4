//! The page in a real browser: as wide as a phone and no wider, labels inside their boxes, links that
//! open what they lead to, no error on its console. Needs Chromium; says so when there is none.
mod fixture;

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};
use tw_report::{Place, concepts_svg, er_svg};

const PHONE_PX: u32 = 360;

/// A browser: `TABLEWRIGHT_CHROMIUM`, or one of the usual names on the path.
fn browser() -> Option<PathBuf> {
    if let Some(named) = env::var_os("TABLEWRIGHT_CHROMIUM") {
        return Some(named.into());
    }
    let path = env::var_os("PATH")?;
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |dir| dir.join(name)))
        .find(|p| p.is_file())
}

/// A directory that is removed when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Scratch {
        let dir = env::temp_dir().join(format!("tablewright-{name}-{}", std::process::id()));
        fs::create_dir_all(&dir).expect("a temporary directory");
        Scratch(dir)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The page after its scripts have run, as the browser has it.
fn dom(browser: &Path, scratch: &Scratch, page: &str) -> String {
    let file = scratch.0.join("page.html");
    fs::write(&file, page).expect("the page is written");
    let output = Command::new(browser)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        // Shared memory is small in many containers, and a browser that fills it dies.
        .arg("--disable-dev-shm-usage")
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", scratch.0.join("profile").display()))
        .args(["--window-size=1200,900", "--virtual-time-budget=5000", "--dump-dom"])
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("the browser starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The page in a frame as wide as a phone, and a script that reports on it into `data-report`.
fn framed(page: &str, script: &str) -> String {
    let quoted = page.replace('&', "&amp;").replace('"', "&quot;");
    format!(
        "<!DOCTYPE html><meta charset=utf-8><iframe style=\"border:0;width:{PHONE_PX}px;height:800px\" srcdoc=\"{quoted}\"></iframe>
<script>onload=function(){{var w=document.querySelector('iframe').contentWindow,d=w.document,say=[];{script};document.body.setAttribute('data-report',say.join('; ')||'fine')}}</script>"
    )
}

fn report(dom: &str) -> String {
    let rest = dom.split_once("data-report=\"").expect("the script has run").1;
    rest.split('"').next().unwrap_or("").to_string()
}

/// Runs the check with a browser, or says why not; `TABLEWRIGHT_REQUIRE_CHROMIUM=1` makes that a failure.
fn with_browser(name: &str, check: impl Fn(&Path, &Scratch)) {
    match browser() {
        Some(browser) => check(&browser, &Scratch::new(name)),
        None => {
            eprintln!("not run: no Chromium found");
            let required = env::var("TABLEWRIGHT_REQUIRE_CHROMIUM").is_ok_and(|v| v == "1");
            assert!(!required, "install Chromium or name one in TABLEWRIGHT_CHROMIUM");
        }
    }
}

#[test]
fn a_phone_needs_no_sideways_scrolling() {
    with_browser("phone", |browser, scratch| {
        let open_all = "[].forEach.call(d.querySelectorAll('details'),function(e){e.open=true});";
        let measure = "var r=d.documentElement;if(r.scrollWidth>r.clientWidth)say.push(r.scrollWidth+' wide');if(r.clientWidth>360)say.push('frame '+r.clientWidth)";
        let pages = [
            tw_report::html(&fixture::dossier()),
            tw_report::measured_html(&fixture::dossier()),
            tw_report::review_html(&fixture::review::hostile()),
            tw_report::review_html(&fixture::review::large(40)),
        ];
        for page in pages {
            // Closed and then open, in one start of the browser.
            let script = format!("{measure};{open_all}{measure}");
            assert_eq!(report(&dom(browser, scratch, &framed(&page, &script))), "fine");
        }
    });
}

#[test]
fn the_browser_measures_labels_inside_their_boxes() {
    with_browser("labels", |browser, scratch| {
        let drawings: String = [
            er_svg(&fixture::shop::schema(), Place::File),
            er_svg(&fixture::dossier().physical, Place::File),
            concepts_svg(&fixture::shop::model(), Place::File),
            concepts_svg(&fixture::dossier().model, Place::File),
        ]
        .concat();
        let page = format!("<!DOCTYPE html><meta charset=utf-8><body>{drawings}");
        let script = "var n=0;[].forEach.call(d.querySelectorAll('.box'),function(g){var f=g.querySelector('.face').getBBox();[].forEach.call(g.querySelectorAll('text'),function(t){var b=t.getBBox();n++;if(b.x<f.x-1||b.x+b.width>f.x+f.width+1)say.push(t.textContent)})});if(n<100)say.push('only '+n+' labels')";
        assert_eq!(report(&dom(browser, scratch, &framed(&page, script))), "fine");
    });
}

#[test]
fn the_filter_finds_claims_and_links_open_what_they_lead_to() {
    with_browser("filter", |browser, scratch| {
        let page = tw_report::html(&fixture::dossier());
        let script = "var shown=function(){return d.querySelectorAll('.claim:not([hidden])').length};\
var set=function(id,v){var e=d.getElementById(id);e.value=v;e.dispatchEvent(new w.Event('input',{bubbles:true}))};\
if(shown()!=7)say.push('all '+shown());\
set('s','refuted');if(shown()!=1)say.push('refuted '+shown());\
set('s','');set('f','keys/primary');if(shown()!=1)say.push('keys '+shown());\
set('f','');if(shown()!=7)say.push('again '+shown());\
if(d.querySelector('script').textContent.length<500)say.push('no script')";
        assert_eq!(report(&dom(browser, scratch, &framed(&page, script))), "fine");
    });
}

#[test]
fn a_review_is_searched_and_its_links_open_what_they_lead_to() {
    with_browser("review", |browser, scratch| {
        let review = fixture::review::hostile();
        let page = tw_report::review_html(&review);
        let note = format!("finding-{}", review.findings[2].fingerprint);
        let script = format!(
            "var shown=function(){{return d.querySelectorAll('.claim:not([hidden])').length}};\
var set=function(id,v){{var e=d.getElementById(id);e.value=v;e.dispatchEvent(new w.Event('input',{{bubbles:true}}))}};\
if(shown()!=3)say.push('all '+shown());\
set('s','error');if(shown()!=1)say.push('errors '+shown());\
if(!d.getElementById('room-columns').hidden||d.getElementById('room-keys').hidden)say.push('rooms');\
set('s','');set('f','public.orders.total');if(shown()!=1)say.push('by path '+shown());\
set('f','keys/');if(shown()!=2)say.push('by room '+shown());\
set('f','');if(shown()!=3)say.push('again '+shown());\
if(d.querySelectorAll('#s option').length!=4)say.push('severities');\
var hit=d.getElementById('{note}');if(hit.open)say.push('open before');\
w.location.hash='#{note}';w.dispatchEvent(new w.Event('hashchange'));if(!hit.open)say.push('not opened');\
if(d.querySelector('script').textContent.length<500||w.alerted)say.push('script');\
[].forEach.call(d.querySelectorAll('[tabindex]'),function(e){{e.focus();if(d.activeElement!==e)say.push('no focus')}})"
        );
        assert_eq!(report(&dom(browser, scratch, &framed(&page, &script))), "fine");
    });
}
