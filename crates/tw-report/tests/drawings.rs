//! Laws of the diagrams, over generated schemas and models: boxes apart, labels inside, edges clear of
//! boxes, the same bytes twice, and text that its readers take.
mod fixture;

use fixture::{HOSTILE, dossier, entity, foreign, primary, relation, side};
use proptest::prelude::*;
use roxmltree::{Document, Node};
use tw_model::{
    model::Model,
    schema::{Column, Name, Schema, Table},
};
use tw_report::{
    Place, concepts_svg,
    diagram::{
        concepts,
        layers::{Link, Placed, Rect, Size, place},
        metrics::{Face, width},
        tables,
    },
    er_mermaid, er_svg,
};

fn schema(tables: usize, columns: usize, references: &[(usize, usize)], names: &[String]) -> Schema {
    let table_name = |i: usize| format!("{}{i}", names[i % names.len()]);
    let mut schema = Schema::default();
    for i in 0..tables {
        let mut table = Table { name: Name::new("public", table_name(i)), ..Table::default() };
        table.columns.push(Column { name: "id".into(), ty: "uuid".into(), not_null: true, ..Column::default() });
        for c in 0..(i * 7 + columns) % 12 {
            table.columns.push(Column {
                name: names[(c + i) % names.len()].clone() + &c.to_string(),
                ty: ["timestamp with time zone", "character varying(20)", "numeric(15,2)", "text[]"][c % 4].into(),
                ..Column::default()
            });
        }
        table.constraints.push(primary(&table_name(i), "id"));
        schema.tables.push(table);
    }
    for (k, (from, to)) in references.iter().enumerate() {
        let (holder, target) = (from % tables, to % tables);
        let column = format!("ref{k}");
        let target_name = table_name(target);
        let table = &mut schema.tables[holder];
        table.columns.push(Column {
            name: column.clone(),
            ty: "uuid".into(),
            not_null: k % 2 == 0,
            ..Column::default()
        });
        let mut key = foreign(&table.name.name.clone(), &column, &target_name, "id");
        key.name += &k.to_string();
        table.constraints.push(key);
    }
    schema
}

fn model(entities: usize, relations: &[(usize, usize)], names: &[String]) -> Model {
    let name = |i: usize| format!("{}{i}", names[i % names.len()]);
    Model {
        entities: (0..entities).map(|i| entity(&name(i), 10u64.pow(i as u32 % 10))).collect(),
        relations: relations
            .iter()
            .enumerate()
            .map(|(k, (a, b))| {
                let max = |n: usize| [Some(1), None][n % 2];
                relation(
                    &format!("{} {k}", names[k % names.len()]),
                    side(&name(a % entities), (k % 2) as u32, max(k)),
                    side(&name(b % entities), 0, max(k / 2 + 1)),
                )
            })
            .collect(),
        ..Model::default()
    }
}

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

fn rect(node: Node) -> Rect {
    Rect { x: number(node, "x"), y: number(node, "y"), width: number(node, "width"), height: number(node, "height") }
}

fn apart(a: &Rect, b: &Rect) -> bool {
    a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y
}

/// Left, right, top and bottom of a text, as wide as it may be in any of the faces we know.
fn text_rect(node: Node) -> Rect {
    let class = node.attribute("class").unwrap_or("");
    let (face, size) = match class.split(' ').next().unwrap_or("") {
        "name" => (Face::Bold, 14.0),
        "note" => (Face::Regular, 11.0),
        "verb" => (Face::Regular, 12.0),
        "key" => (Face::Bold, 10.0),
        "col" => (Face::Mono, 12.0),
        "type" => (Face::Mono, 11.0),
        other => panic!("a text of class {other}"),
    };
    let w = width(node.text().unwrap_or(""), face, size);
    let x = number(node, "x") - if node.attribute("text-anchor") == Some("end") { w } else { 0.0 };
    Rect { x, y: number(node, "y") - size * 0.8, width: w, height: size }
}

/// What must hold of every drawing.
fn check(svg: &str, boxes: usize) {
    let doc = Document::parse(svg).expect("well-formed");
    let root = doc.root_element();
    let (w, h) = (number(root, "width"), number(root, "height"));
    let groups: Vec<Node> = doc.descendants().filter(|n| n.attribute("class") == Some("box")).collect();
    assert_eq!(groups.len(), boxes);
    let mut faces: Vec<Rect> = vec![];
    for group in &groups {
        let face = rect(group.children().find(|n| n.attribute("class") == Some("face")).expect("a face"));
        assert!(face.x >= 0.0 && face.y >= 0.0 && face.x + face.width <= w && face.y + face.height <= h);
        let mut inner: Vec<(f64, Rect)> = vec![];
        for text in group.children().filter(|n| n.has_tag_name("text")) {
            let t = text_rect(text);
            assert!(
                t.x >= face.x
                    && t.x + t.width <= face.x + face.width + 0.5
                    && t.y >= face.y
                    && t.y + t.height <= face.y + face.height,
                "{:?} leaves its box",
                text.text()
            );
            for (_, other) in &inner {
                assert!(apart(&t, other), "{:?} covers another label", text.text());
            }
            inner.push((t.y, t));
        }
        for other in &faces {
            assert!(apart(&face, other), "two boxes overlap");
        }
        faces.push(face);
    }
    let verbs: Vec<Rect> = doc.descendants().filter(|n| n.attribute("class") == Some("verb")).map(text_rect).collect();
    for (i, verb) in verbs.iter().enumerate() {
        assert!(verb.x + verb.width <= w + 0.5, "a verb leaves the drawing");
        assert!(faces.iter().all(|f| apart(f, verb)), "a verb covers a box");
        assert!(verbs[i + 1..].iter().all(|v| apart(v, verb)), "two verbs overlap");
    }
}

fn names() -> impl Strategy<Value = Vec<String>> {
    let name =
        prop_oneof!["[a-z_]{1,12}", "[A-Za-z ]{20,60}", Just("🏦שלום<b>&\"'".to_string()), Just(HOSTILE.to_string()),];
    prop::collection::vec(name, 1..5)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(7), ..ProptestConfig::default() })]

    #[test]
    fn tables_are_drawn_apart_with_their_labels_inside(
        n in 1usize..60,
        columns in 0usize..12,
        references in prop::collection::vec((0usize..60, 0usize..60), 0..80),
        names in names(),
    ) {
        let schema = schema(n, columns, &references, &names);
        let svg = er_svg(&schema, Place::File);
        check(&svg, n);
        prop_assert_eq!(&svg, &er_svg(&schema, Place::File));
        mermaid_holds(&er_mermaid(&schema));
    }

    #[test]
    fn concepts_are_drawn_apart_with_verbs_in_the_gaps(
        n in 1usize..60,
        relations in prop::collection::vec((0usize..60, 0usize..60), 0..60),
        names in names(),
    ) {
        let model = model(n, &relations, &names);
        let svg = concepts_svg(&model, Place::Inline);
        check(&svg, n);
        prop_assert_eq!(&svg, &concepts_svg(&model, Place::Inline));
    }

    #[test]
    fn edges_stay_clear_of_boxes(
        n in 1usize..40,
        pairs in prop::collection::vec((0usize..40, 0usize..40), 0..60),
        fixed in any::<bool>(),
    ) {
        let sizes: Vec<Size> = (0..n)
            .map(|i| Size { width: 100.0 + (i * 37 % 90) as f64, height: 40.0 + (i * 53 % 200) as f64 })
            .collect();
        let port = |i: usize| fixed.then_some(20.0 + (i * 7 % 20) as f64);
        let links: Vec<Link> = pairs
            .iter()
            .map(|(a, b)| Link { from: a % n, to: b % n, from_y: port(*a), to_y: port(*b), from_room: 60.0, to_room: 26.0 })
            .collect();
        clear(&place(&sizes, &links), &links);
    }
}

fn clear(placed: &Placed, links: &[Link]) {
    for (route, link) in placed.routes.iter().zip(links) {
        for (left, right, y) in &route.lanes {
            for (i, b) in placed.boxes.iter().enumerate() {
                let inside = *y > b.y && *y < b.y + b.height && *right > b.x && *left < b.x + b.width;
                assert!(!inside, "an edge of {link:?} crosses box {i}");
            }
        }
        for (tip, node) in [(route.from, link.from), (route.to, link.to)] {
            let b = placed.boxes[node];
            let side = if tip.dir > 0.0 { b.x + b.width } else { b.x };
            assert!((tip.x - side).abs() < 0.01 && tip.y > b.y && tip.y < b.y + b.height);
        }
    }
}

/// The part of Mermaid's grammar that we use, line by line.
fn mermaid_holds(text: &str) {
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("erDiagram"));
    let quoted = |t: &str| {
        t.len() > 2 && t.starts_with('"') && t.ends_with('"') && !t[1..t.len() - 1].contains(['"', '%', '\\'])
    };
    let mut open = false;
    for line in lines {
        let line = line.trim();
        if let Some(name) = line.strip_suffix(" {") {
            assert!(!open && quoted(name), "{line}");
            open = true;
        } else if line == "}" {
            assert!(open);
            open = false;
        } else if open {
            let (bare, note) = match line.find(" \"") {
                Some(at) => (&line[..at], &line[at + 1..]),
                None => (line, "\"x\""),
            };
            assert!(quoted(note), "{line}");
            let words: Vec<&str> = bare.splitn(3, ' ').collect();
            for word in &words[..2] {
                assert!(word.starts_with(|c: char| c.is_ascii_alphabetic()), "{line}");
                assert!(word.chars().all(|c| c.is_ascii_alphanumeric() || "_-()[]".contains(c)), "{line}");
            }
            let keys = words.get(2).copied().unwrap_or("PK");
            assert!(keys.split(", ").all(|k| ["PK", "FK", "UK"].contains(&k)), "{line}");
        } else {
            let marks = [" ||--o{ ", " |o--o{ ", " ||--o| ", " |o--o| "];
            let mark = marks.iter().find(|m| line.contains(**m)).unwrap_or_else(|| panic!("{line}"));
            let (from, rest) = line.split_once(mark).expect("found");
            let (to, label) = rest.split_once(" : ").expect("a label");
            assert!(quoted(from) && quoted(to) && quoted(label), "{line}");
        }
    }
    assert!(!open);
}

#[test]
fn the_fixture_is_drawn_with_all_its_edges() {
    let d = dossier();
    check(&er_svg(&d.physical, Place::File), 3);
    check(&concepts_svg(&d.model, Place::Inline), 3);
    mermaid_holds(&er_mermaid(&d.physical));
    let drawn = tables::Drawn {
        id: "keys".into(),
        tables: tables::wholes(&d.physical)[..1].to_vec(),
        beside: tables::wholes(&d.physical)[1..].to_vec(),
        keys_only: true,
    };
    let (nodes, edges) = tables::tables(&d.physical, &drawn);
    assert!(nodes[1..].iter().all(|n| n.rows.is_empty()) && nodes[0].rows.iter().all(|r| !r.mark.is_empty()));
    assert!(edges.iter().all(|e| e.to == 0), "only tables that are drawn with their columns refer");
    assert_eq!(concepts::concepts(&d.model).1.len(), 3);
    let spoken = concepts::spoken(&d.model.relations[0]);
    assert_eq!(spoken, "Each User owns any number of Account; each Account has exactly one User");
}

#[test]
fn a_relation_with_facts_of_its_own_stands_between_and_a_plain_one_does_not() {
    let mut m = Model {
        entities: vec![entity("Order", 1), entity("Product", 1), entity("OrderLine", 1)],
        relations: vec![relation("contains", side("Order", 0, None), side("Product", 1, None))],
        ..Model::default()
    };
    m.relations[0].via = Some("OrderLine".into());
    let (nodes, edges, _) = concepts::concepts(&m);
    assert_eq!((nodes.len(), edges.len()), (2, 1));
    m.entities[2].attributes = dossier().model.entities[0].attributes.clone();
    let (nodes, edges, _) = concepts::concepts(&m);
    assert_eq!((nodes.len(), edges.len()), (3, 2));
    check(&concepts_svg(&m, Place::File), 3);
}

#[test]
fn nothing_to_draw_is_drawn_too() {
    check(&er_svg(&Schema::default(), Place::File), 0);
    check(&concepts_svg(&Model::default(), Place::File), 0);
    mermaid_holds(&er_mermaid(&Schema::default()));
}

#[test]
fn a_drawing_of_too_many_tables_says_how_many_are_missing() {
    let schema = schema(150, 3, &[], &["t".to_string()]);
    let svg = er_svg(&schema, Place::File);
    check(&svg, 120);
    assert!(svg.contains("30 more tables are not drawn."));
}
