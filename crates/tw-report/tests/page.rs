//! Laws of the HTML page: well-formed, everything escaped and told, every link lands, nothing from the
//! network, the same bytes twice.
mod fixture;

use fixture::{HOSTILE, dossier, review, told};
use roxmltree::{Document, Node};
use std::{collections::BTreeSet, sync::OnceLock};
use tw_model::{dossier::ITEMS, evidence::Verdict, finding::Severity};
use tw_report::{html, measured_html, review_html, text::one_line};

/// The page as XML: ours is strict enough once void elements, bare `open` and raw text are rewritten.
fn as_xml(page: &str) -> String {
    let start = page.find("<html").expect("a root");
    let mut xml = page[start..].replace(" open>", " open=\"\">");
    for tag in ["style", "script"] {
        while let Some(from) = xml.find(&format!("<{tag}>")) {
            let to = xml[from..].find(&format!("</{tag}>")).expect("closed") + from;
            xml.replace_range(from..to + tag.len() + 3, "");
        }
    }
    while let Some(from) = xml.find("<meta") {
        let to = xml[from..].find('>').expect("closed") + from;
        xml.replace_range(from..=to, "");
    }
    xml
}

fn elements<'a>(doc: &'a Document) -> impl Iterator<Item = Node<'a, 'a>> {
    doc.descendants().filter(Node::is_element)
}

fn text(node: Node) -> String {
    node.descendants().filter_map(|n| n.text().filter(|_| n.is_text())).collect()
}

/// Every page, of the fixture and of a schema too large for one drawing; made once.
fn pages() -> &'static [String] {
    static PAGES: OnceLock<Vec<String>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let reviews = [review::hostile(), review::large(100)];
        let of_dossiers = [html(&dossier()), measured_html(&dossier())];
        of_dossiers.into_iter().chain(reviews.iter().map(review_html)).collect()
    })
}

#[test]
fn the_page_is_well_formed_and_ids_are_unique() {
    for page in pages() {
        let xml = as_xml(page);
        let doc = Document::parse(&xml).expect("well-formed");
        let mut ids = BTreeSet::new();
        for node in elements(&doc) {
            if let Some(id) = node.attribute("id") {
                assert!(ids.insert(id), "id twice: {id}");
            }
        }
    }
}

#[test]
fn hostile_text_is_told_but_never_acts() {
    for page in pages() {
        assert_eq!(page.matches("<script").count(), usize::from(page.contains("id=\"filter\"")), "only our own script");
        assert!(!page.contains('\u{1b}') && !page.contains('\u{202e}'));
        assert!(!page.contains("href=\"javascript:"));
    }
    let page = html(&dossier());
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let all = text(doc.root_element());
    assert!(all.contains("<script>alert(1)</script> & \"quotes\" 'single'"));
    assert!(all.contains("<script>alert('brief')</script>"));
    assert!(all.contains("INSERT INTO accounts (balance) VALUES ('</code><script>')"));
    assert!(HOSTILE.contains("<script>"));
}

#[test]
fn every_link_lands_and_none_leaves() {
    let files = [
        "schema.sql",
        "roles.sql",
        "design.json",
        "evidence.json",
        "dossier.md",
        "er.svg",
        "er.mmd",
        "measured.json",
        "measured.html",
        "index.html",
        "review.json",
        "review.md",
        "review.sarif",
    ];
    for page in pages() {
        let xml = as_xml(page);
        let doc = Document::parse(&xml).expect("well-formed");
        let ids: BTreeSet<&str> = elements(&doc).filter_map(|n| n.attribute("id")).collect();
        let mut followed = 0;
        for node in elements(&doc) {
            assert!(node.attribute("src").is_none(), "the page loads nothing");
            assert!(!["link", "img", "iframe", "object"].contains(&node.tag_name().name()));
            let Some(href) = node.attribute("href") else {
                continue;
            };
            followed += 1;
            match href.strip_prefix('#') {
                Some(id) => assert!(ids.contains(id), "nothing at #{id}"),
                None => assert!(files.contains(&href), "leads outside: {href}"),
            }
        }
        assert!(followed > 0);
        let addresses = page.replace("http://www.w3.org/2000/svg", "");
        assert!(!addresses.contains("http:") && !addresses.contains("https:"));
        assert!(!page.contains("@import") && !page.contains("url("));
    }
}

#[test]
fn twelve_items_stand_in_the_requirements_order() {
    let page = html(&dossier());
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let found: Vec<&str> = elements(&doc)
        .filter(|n| n.tag_name().name() == "section")
        .filter_map(|n| n.attribute("id")?.strip_prefix("item-"))
        .collect();
    let wanted: Vec<&str> = ITEMS.iter().map(|(n, _)| *n).collect();
    assert_eq!(found, wanted);
    for number in ["2.4", "2.9", "2.12"] {
        let id = format!("item-{number}");
        let section = elements(&doc).find(|n| n.attribute("id") == Some(&id)).expect("there");
        assert!(text(section).contains("Open."), "{number}");
    }
}

#[test]
fn headings_go_down_one_level_at_a_time_and_cells_have_headers() {
    for page in pages() {
        let xml = as_xml(page);
        let doc = Document::parse(&xml).expect("well-formed");
        let mut level = 0;
        for node in elements(&doc) {
            let name = node.tag_name().name();
            if let Some(n) = name.strip_prefix('h').and_then(|n| n.parse::<u32>().ok()) {
                assert!(n <= level + 1, "{name} after h{level}: {}", text(node));
                level = n;
            }
            if name == "th" {
                assert!(node.attribute("scope").is_some(), "th without scope");
            }
            if name == "table" {
                assert!(node.descendants().any(|d| d.has_tag_name("thead")));
            }
        }
        let count = |tag: &str| elements(&doc).filter(|n| n.has_tag_name(tag)).count();
        assert_eq!((count("h1"), count("main")), (1, 1));
    }
}

#[test]
fn every_claim_is_told_with_its_verdict_and_transcript() {
    let page = html(&dossier());
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let claims: Vec<Node> =
        elements(&doc).filter(|n| n.attribute("class").is_some_and(|c| c.split(' ').next() == Some("claim"))).collect();
    assert_eq!(claims.len(), told().len());
    for (claim, receipt) in told() {
        let node = claims
            .iter()
            .find(|n| text(**n).contains(&claim.id.0))
            .unwrap_or_else(|| panic!("{} is not told", claim.id));
        let said = text(*node);
        let word = match receipt.as_ref().map(|r| r.verdict) {
            Some(Verdict::Held) => "✓ held",
            Some(Verdict::Refuted) => "✗ refuted",
            Some(Verdict::Undecided) => "? undecided",
            None => "○ not tried",
        };
        assert!(said.contains(word), "{}: {word} not in {said}", claim.id);
        if let Some(receipt) = receipt {
            assert!(said.contains(&receipt.hash));
            let steps = receipt.trial.as_ref().map_or(0, |t| t.steps.len());
            assert_eq!(node.descendants().filter(|n| n.has_tag_name("li")).count(), steps);
        }
    }
}

#[test]
fn what_did_not_hold_comes_first_and_stands_open() {
    let page = html(&dossier());
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let columns = elements(&doc).find(|n| n.attribute("id") == Some("item-2.6")).expect("there");
    let classes: Vec<&str> =
        columns.descendants().filter_map(|n| n.attribute("class")).filter(|c| c.starts_with("claim ")).collect();
    assert_eq!(classes, ["claim refuted", "claim undecided", "claim undecided"]);
    let refuted = columns.descendants().find(|n| n.attribute("class") == Some("claim refuted")).expect("there");
    assert!(refuted.ancestors().filter(|n| n.has_tag_name("details")).all(|n| n.has_attribute("open")));
    let turned: Vec<Node> = refuted.descendants().filter(|n| n.attribute("class") == Some("turned")).collect();
    assert_eq!(turned.len(), 1);
    assert!(text(turned[0]).contains("must be refused with 23514"));
    assert!(text(turned[0]).contains("otherwise: was accepted and touched 1 row"));
}

#[test]
fn the_same_dossier_gives_the_same_bytes_and_no_figure() {
    let mut other = dossier();
    let page = html(&dossier());
    assert_eq!(page, html(&dossier()));
    other.measurements.clear();
    assert_eq!(page, html(&other), "a figure reached the page");
    assert!(measured_html(&dossier()).contains("pages touched"));
}

#[test]
fn a_claim_of_an_unknown_item_is_not_lost() {
    let mut d = dossier();
    d.items.truncate(3);
    let page = html(&d);
    for (claim, _) in told() {
        assert!(page.contains(&claim.id.0.replace('<', "&lt;")), "{}", claim.id);
    }
}

#[test]
fn a_design_without_evidence_says_so() {
    let mut d = dossier();
    d.evidence = None;
    let page = html(&d);
    assert!(page.contains("not tried on a server") && page.contains("tablewright prove"));
    assert!(!page.contains("href=\"evidence.json\""));
}

#[test]
fn four_hundred_claims_weigh_less_than_three_megabytes() {
    let mut d = dossier();
    let all = d.claims.clone();
    let mut file = d.evidence.take().expect("there");
    let receipts = file.evidence.clone();
    let twelve_steps = receipts[0].clone();
    for i in 0..400 {
        let mut claim = all[0].clone();
        claim.id = tw_model::claim::ClaimId(format!("columns/not-null Entity{i}.attribute"));
        let mut receipt = twelve_steps.clone();
        receipt.claim = claim.id.clone();
        d.claims.push(claim);
        file.evidence.push(receipt);
    }
    d.evidence = Some(file);
    let bytes = html(&d).len();
    assert!(bytes < 3 << 20, "{bytes} bytes");
}

/// Relative luminance of `#rgb` or `#rrggbb`, as WCAG defines it.
fn luminance(colour: &str) -> f64 {
    let hex = colour.trim_start_matches('#');
    let wide: String = match hex.len() {
        3 => hex.chars().flat_map(|c| [c, c]).collect(),
        _ => hex.to_string(),
    };
    let channel = |i: usize| {
        let v = f64::from(u8::from_str_radix(&wide[i..i + 2], 16).expect("hexadecimal")) / 255.0;
        if v <= 0.04045 { v / 12.92 } else { ((v + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * channel(0) + 0.7152 * channel(2) + 0.0722 * channel(4)
}

#[test]
fn text_has_contrast_in_light_dark_and_print() {
    let style = tw_report::html::STYLE;
    let schemes: Vec<&str> = style.split(":root{").skip(1).map(|s| s.split('}').next().unwrap_or("")).collect();
    assert_eq!(schemes.len(), 3, "light, dark, print");
    for (i, scheme) in schemes.iter().enumerate() {
        let colour = |name: &str| -> Option<&str> {
            [scheme, &schemes[0]]
                .iter()
                .find_map(|s| s.split([';', '\n']).find_map(|d| d.trim().strip_prefix(&format!("--{name}:"))))
        };
        let mut pairs: Vec<(&str, &str)> = vec![];
        for text in ["ink", "soft", "accent", "held", "refuted", "undecided"] {
            pairs.extend(["paper", "card"].map(|ground| (text, ground)));
        }
        for text in ["ink", "kw", "lit", "com", "soft"] {
            pairs.push((text, "sunk"));
        }
        pairs.extend([
            ("held", "held-bg"),
            ("refuted", "refuted-bg"),
            ("undecided", "undecided-bg"),
            ("untried", "untried-bg"),
            ("ink", "mark"),
            ("ink", "refuted-bg"),
            ("soft", "refuted-bg"),
            ("ink", "undecided-bg"),
        ]);
        for (text, ground) in pairs {
            let (a, b) = (luminance(colour(text).expect(text)), luminance(colour(ground).expect(ground)));
            let ratio = (a.max(b) + 0.05) / (a.min(b) + 0.05);
            assert!(ratio >= 4.5, "{text} on {ground} in scheme {i}: {ratio:.2}");
        }
    }
}

#[test]
fn a_review_tells_what_is_wrong_why_the_fix_and_the_proof() {
    let review = review::hostile();
    let page = review_html(&review);
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let at = |id: &str| elements(&doc).find(|n| n.attribute("id") == Some(id)).map(text).expect(id);
    for finding in &review.findings {
        let told = at(&format!("finding-{}", finding.fingerprint));
        assert!(told.contains(&one_line(&finding.subject.path)) && told.contains(&finding.rule), "{told}");
        assert!(finding.fix.as_ref().is_none_or(|f| told.contains(&f.sql) && told.contains(f.safety.phrase())));
        if let Some(proof) = &finding.proof {
            assert!(told.contains(&proof.hash) && told.contains("Its twin must fail: the same steps"), "{told}");
        }
    }
    // The room with an error comes first, although it runs later.
    assert!(page.find("id=\"room-keys\"") < page.find("id=\"room-columns\""));
    assert!(at("room-keys").contains("What to do. Declare what identifies a row."));
    assert!(at("not-judged").contains("db/a.sql:8:8") && at("not-judged").contains("create tabel"));
    assert!(
        at("looked-away").contains("nobody corrects them") && at("looked-away").contains("Exceptions to take away")
    );
    let table = at("table-orders");
    assert!(table.contains("total") && table.contains("numeric(10,2)") && table.contains("holds money in real"));
    assert!(at("tables").contains("2 million") && at("tables").contains("1.5 GB"), "{}", at("tables"));
    assert_eq!(page, review_html(&review), "the same review, the same bytes");
}

#[test]
fn a_review_of_a_thousand_tables_stays_within_its_bounds() {
    let review = review::large(1000);
    assert!(review.findings.len() > 5_000);
    let page = review_html(&review);
    println!("a review of 1,000 tables and {} findings: {} bytes", review.findings.len(), page.len());
    assert!(page.len() < 7_000_000, "{}", page.len());
    let xml = as_xml(&page);
    let doc = Document::parse(&xml).expect("well-formed");
    let ids: BTreeSet<&str> = elements(&doc).filter_map(|n| n.attribute("id")).collect();
    // Every table is listed, every error told whole; what is left out is counted.
    assert_eq!(review.schema.tables.len(), ids.iter().filter(|id| id.starts_with("table-")).count());
    for error in review.findings.iter().filter(|f| f.severity == Severity::Error) {
        assert!(ids.contains(format!("finding-{}", error.fingerprint).as_str()));
    }
    assert!(page.contains("more of this rule: the page is full"));
    let drawings = page.matches("<svg").count();
    assert!(drawings > 20, "{drawings}");
}
