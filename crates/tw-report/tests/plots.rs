//! Plots are well-formed, their words lie inside and apart, and the same figures give the same bytes.
use proptest::prelude::*;
use roxmltree::{Document, Node};
use tw_report::{
    diagram::metrics::{Face, width},
    plot::{Axis, Chart, Drawn, Figure, Line, Point, Row, Rows, Scale, Series, Unit, chart, rows},
};

fn number(node: Node, name: &str) -> f64 {
    node.attribute(name).and_then(|v| v.parse().ok()).unwrap_or_else(|| panic!("{name} of {node:?}"))
}

/// Left, right and baseline of a text.
fn reach(node: Node) -> (f64, f64, f64) {
    let (face, size) = match node.attribute("class") {
        Some("name") => (Face::Bold, 14.0),
        Some("note") => (Face::Regular, 11.0),
        Some("label") => (Face::Regular, 12.0),
        other => panic!("a text of class {other:?}"),
    };
    let w = width(node.text().unwrap_or(""), face, size);
    let x = match node.attribute("text-anchor") {
        Some("end") => number(node, "x") - w,
        Some("middle") => number(node, "x") - w / 2.0,
        _ => number(node, "x"),
    };
    (x, x + w, number(node, "y"))
}

/// What must hold of every plot: the texts found.
fn check(svg: &str) -> Vec<String> {
    let doc = Document::parse(svg).expect("well-formed");
    let root = doc.root_element();
    let (w, h) = (number(root, "width"), number(root, "height"));
    let mut ticks: Vec<(f64, f64, f64)> = vec![];
    let mut said = vec![];
    for text in doc.descendants().filter(|n| n.has_tag_name("text")) {
        let (left, right, y) = reach(text);
        let words = text.text().unwrap_or("").to_string();
        assert!(left >= -0.5 && right <= w + 0.5, "{words:?} leaves the plot: {left} to {right}");
        assert!(y > 8.0 && y < h, "{words:?} leaves the plot at {y} of {h}");
        if text.attribute("text-anchor") == Some("middle") {
            for (a, b, other) in &ticks {
                assert!((y - other).abs() > 1.0 || right <= *a || left >= *b, "{words:?} covers another label");
            }
            ticks.push((left, right, y));
        }
        said.push(words);
    }
    for mark in doc.descendants().filter(|n| n.has_tag_name("circle")) {
        let (x, y) = (number(mark, "cx"), number(mark, "cy"));
        assert!((0.0..=w).contains(&x) && (0.0..=h).contains(&y), "a mark leaves the plot");
    }
    for path in doc.descendants().filter(|n| n.has_tag_name("path")) {
        let d = path.attribute("d").unwrap_or("");
        assert!(!d.contains("NaN") && !d.contains("inf"), "{d}");
    }
    for named in root.attribute("aria-labelledby").unwrap_or("").split(' ') {
        assert!(doc.descendants().any(|n| n.attribute("id") == Some(named)), "{named} is not there");
    }
    said
}

fn series(name: &str, points: &[(f64, f64)]) -> Series {
    let spread =
        |(x, y): &(f64, f64)| Point { x: *x, y: Figure { value: *y, low: Some(y * 0.8), high: Some(y * 1.3) } };
    Series { name: name.into(), drawn: Drawn::Line, points: points.iter().map(spread).collect() }
}

fn saturation() -> Chart {
    Chart {
        id: "saturation".into(),
        title: "Latency against rate".into(),
        x: Axis { label: "asked of the server".into(), unit: Unit::PerSecond, scale: Scale::Linear },
        y: Axis { label: "latency".into(), unit: Unit::Ms, scale: Scale::Log },
        series: vec![
            series("p50", &[(500.0, 0.4), (1000.0, 0.5), (2000.0, 0.9), (4000.0, 60.0)]),
            series("p99", &[(500.0, 1.4), (1000.0, 2.5), (2000.0, 9.0), (4000.0, 900.0)]),
        ],
        lines: vec![
            Line { name: "the brief's rate".into(), at: 3573.0, upright: true },
            Line { name: "10 ms".into(), at: 10.0, upright: false },
        ],
    }
}

#[test]
fn a_chart_names_its_axes_series_and_lines() {
    let svg = chart(&saturation());
    let said = check(&svg);
    for words in
        ["Latency against rate", "p50", "p99", "the brief's rate", "latency", "asked of the server", "1 s", "4,000/s"]
    {
        assert!(said.iter().any(|t| t == words), "{words} in {said:?}");
    }
    assert_eq!(svg.matches("class=\"band").count(), 2);
    assert!(svg.contains("p99: from 1.4 ms at 500/s to 900 ms at 4,000/s."), "{svg}");
    assert_eq!(svg, chart(&saturation()));
}

#[test]
fn rows_stand_in_their_order_with_targets_and_intervals() {
    let figure = |v: f64| Some(Figure { value: v, low: Some(v * 0.9), high: Some(v * 1.4) });
    let plot = Rows {
        id: "p".into(),
        title: "Percentiles".into(),
        axis: Axis { label: "latency".into(), unit: Unit::Ms, scale: Scale::Log },
        marks: vec!["p50".into(), "p95".into(), "p99".into()],
        bars: false,
        rows: (0..70)
            .map(|i| Row {
                name: format!("query_{i}"),
                figures: vec![figure(0.3), figure(1.0), if i == 3 { None } else { figure(3.0 + f64::from(i)) }],
                target: Some(20.0),
            })
            .collect(),
    };
    let said = check(&rows(&plot));
    assert!(said.contains(&"10 more are not drawn.".to_string()), "{said:?}");
    let at = |name: &str| said.iter().position(|t| t == name);
    assert!(at("query_1") < at("query_2"));
    assert!(said.contains(&"target".to_string()));
}

#[test]
fn nothing_to_draw_is_drawn_too() {
    check(&chart(&Chart::default()));
    check(&rows(&Rows::default()));
}

#[test]
fn points_without_a_place_are_counted() {
    let mut plot = saturation();
    plot.series[0].points.push(Point { x: 1.0, y: Figure::alone(0.0) });
    plot.series[0].points.push(Point { x: f64::NAN, y: Figure::alone(1.0) });
    let said = check(&chart(&plot));
    assert!(said.contains(&"2 points are not drawn.".to_string()), "{said:?}");
}

fn any_figure() -> impl Strategy<Value = f64> {
    prop_oneof![
        8 => 0.0001f64..1e7,
        1 => Just(0.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => -50.0f64..0.0,
        1 => any::<f64>(),
    ]
}

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z_]{1,20}", "[A-Z ]{30,90}", Just("🏦שלום<b>&\"'\u{202e}]]>".to_string())]
}

fn any_axis() -> impl Strategy<Value = Axis> {
    let unit = prop::sample::select(vec![
        Unit::Ms,
        Unit::PerSecond,
        Unit::Bytes,
        Unit::Rows,
        Unit::Pages,
        Unit::Months,
        Unit::Share,
        Unit::Number,
    ]);
    (any_name(), unit, any::<bool>()).prop_map(|(label, unit, log)| Axis {
        label,
        unit,
        scale: if log { Scale::Log } else { Scale::Linear },
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, rng_seed: proptest::test_runner::RngSeed::Fixed(11), ..ProptestConfig::default() })]

    #[test]
    fn any_chart_is_well_formed_with_its_words_inside(
        title in any_name(),
        x in any_axis(),
        y in any_axis(),
        names in prop::collection::vec(any_name(), 0..8),
        values in prop::collection::vec((any_figure(), any_figure(), any_figure()), 0..30),
        lines in prop::collection::vec((any_name(), any_figure(), any::<bool>()), 0..4),
        dots in any::<bool>(),
    ) {
        let points: Vec<Point> = values.iter().map(|(x, y, high)| Point { x: *x, y: Figure { value: *y, low: None, high: Some(*high) } }).collect();
        let drawn = if dots { Drawn::Dots } else { Drawn::Line };
        let plot = Chart {
            id: "any".into(),
            title,
            x,
            y,
            series: names.into_iter().map(|name| Series { name, drawn, points: points.clone() }).collect(),
            lines: lines.into_iter().map(|(name, at, upright)| Line { name, at, upright }).collect(),
        };
        let svg = chart(&plot);
        check(&svg);
        prop_assert_eq!(&svg, &chart(&plot));
    }

    #[test]
    fn any_rows_are_well_formed_with_their_words_inside(
        title in any_name(),
        axis in any_axis(),
        marks in prop::collection::vec(any_name(), 0..8),
        values in prop::collection::vec((any_name(), any_figure(), any_figure(), prop::option::of(any_figure())), 0..30),
        bars in any::<bool>(),
    ) {
        let plot = Rows {
            id: "any".into(),
            title,
            axis,
            marks,
            bars,
            rows: values.into_iter().map(|(name, a, b, target)| Row { name, figures: vec![Some(Figure::alone(a)), None, Some(Figure { value: b, low: Some(a), high: Some(b) })], target }).collect(),
        };
        let svg = rows(&plot);
        check(&svg);
        prop_assert_eq!(&svg, &rows(&plot));
    }
}
