//! What came of driving the workload, on `measured.html`: percentiles with their intervals, the control, how
//! latency rises with the rate, and the verdicts; then what a model says of the horizon, apart.
use super::{claims::badge, rich::rich, schema::scroll};
use crate::{
    latency::{of, short_ms},
    plot::{Axis, Chart, Figure, Line, Point, Row, Rows, Scale, Series, Unit, chart, rows, scale::written},
    text::{one_line, thousands},
    words::Status,
};
use maud::{Markup, PreEscaped, html};
use tw_model::driven::{Driven, DrivenCall, Growth, Percentile, Saturation};

/// Every section about a drive.
pub fn sections(driven: &Driven) -> Markup {
    html! {
        section #latencies {
            h2 { "Latencies" }
            p {
                (written(Unit::Number, (driven.seconds * 10.0).round() / 10.0)) " s of the whole mix at "
                (written(Unit::Share, driven.share)) " of " (written(Unit::PerSecond, driven.asked_per_s))
                ", after " (written(Unit::Number, driven.warm_up_s)) " s of warm-up, seed " (driven.seed) "."
            }
            ul { @for condition in &driven.conditions { li { (rich(condition)) } } }
            @if !driven.calls.is_empty() {
                (figure("Percentiles of each call; the lines are the intervals they lie in, the ticks are the targets for p99.", &rows(&percentiles(driven))))
                (table(driven))
            }
            @if !driven.left_out.is_empty() {
                h3 { "Not driven" }
                ul { @for (name, why) in &driven.left_out { li { code { (one_line(name)) } ": " (rich(why)) } } }
            }
        }
        @if !driven.claims.is_empty() {
            section #targets {
                h2 { "Targets" }
                p { "A target is refuted only if the whole interval is over it while " code { "select 1" } " stayed fast in the same run, and held only if the whole upper bound is within it. These verdicts vary with the machine, so they are no part of the receipts." }
                ul.about { @for claim in &driven.claims {
                    li { (badge(Status::of_verdict(claim.verdict))) " " code { (one_line(&claim.id.0)) } " " (rich(&claim.statement)) div.quiet { (rich(&claim.reason)) } }
                } }
            }
        }
        @if let Some(found) = &driven.saturation { (saturation(driven, found)) }
        @if !driven.growth.is_empty() { (growth(&driven.growth)) }
        @if !driven.horizon.is_empty() { (horizon(driven)) }
    }
}

fn figure(caption: &str, svg: &str) -> Markup {
    html! { figure.drawing { (scroll(caption, PreEscaped(svg.to_string()))) figcaption { (caption) } } }
}

fn ms(label: &str) -> Axis {
    Axis { label: label.into(), unit: Unit::Ms, scale: Scale::Log }
}

fn as_figure(p: &Percentile) -> Figure {
    Figure { value: p.ms, low: p.low_ms, high: p.high_ms }
}

fn percentiles(driven: &Driven) -> Rows {
    let row = |call: &DrivenCall, name: String| Row {
        target: call.targets.iter().find(|(p, _)| *p == 99.0).map(|(_, ms)| *ms),
        figures: [50.0, 95.0, 99.0].map(|p| call.percentile(p).map(as_figure)).to_vec(),
        name,
    };
    let calls = driven.calls.iter().filter(|c| c.samples > 0).map(|c| row(c, c.name.clone()));
    let control = driven.control.iter().map(|c| row(c, format!("select 1, {}", c.name)));
    Rows {
        id: "percentiles".into(),
        title: "Latency from the moment a call is due".into(),
        axis: ms("latency"),
        marks: vec!["p50".into(), "p95".into(), "p99".into()],
        bars: false,
        rows: calls.chain(control).collect(),
    }
}

fn table(driven: &Driven) -> Markup {
    let interval = |p: &Percentile| match (p.low_ms, p.high_ms) {
        (None, None) => String::new(),
        (low, high) => {
            let end = |v: Option<f64>| v.map_or("–".to_string(), short_ms);
            format!(" ({} to {})", end(low), end(high))
        }
    };
    let cell = |c: &DrivenCall, percent: f64| {
        c.percentile(percent).map(|p| format!("{}{}", short_ms(p.ms), interval(p))).unwrap_or_default()
    };
    html! {
        (scroll("Latencies", html! {
            table {
                thead { tr {
                    @for head in ["Call", "Asked", "Calls", "p50", "p95", "p99", "p99 from its actual start", "Started late, p99", "Refused", "Failed", "Unfinished", "Tried again", "Targets"] {
                        th scope="col" { (head) }
                    }
                } }
                tbody {
                    @for c in driven.calls.iter().chain(&driven.control) {
                        tr {
                            th scope="row" { @if driven.control.iter().any(|x| x.name == c.name) { code { "select 1" } ", " } (one_line(&c.name)) }
                            td { (written(Unit::PerSecond, c.asked_per_s)) }
                            td { (thousands(c.samples)) }
                            @for p in [50.0, 95.0, 99.0] { td { (cell(c, p)) } }
                            td { (short_ms(c.closed_p99_ms)) }
                            td { (short_ms(c.late_p99_ms)) }
                            td { (thousands(c.refused)) }
                            td { (thousands(c.failed)) }
                            td { (thousands(c.unfinished)) }
                            td { (thousands(c.retries)) }
                            td { @for claim in of(driven, &c.name) { (badge(Status::of_verdict(claim.verdict))) " " } }
                        }
                    }
                }
            }
        }))
        p.quiet { "Each end of an interval holds with 95 % confidence by itself, from the number of calls alone. A dash is an end that so few calls do not give. What refused calls asked for was undone by a rule or by the call's own expectation; they were answered." }
    }
}

fn saturation(driven: &Driven, found: &Saturation) -> Markup {
    let series = |name: &str, of: fn(&tw_model::driven::SaturationStep) -> Figure| Series {
        name: name.into(),
        points: found.steps.iter().map(|s| Point { x: s.asked_per_s, y: of(s) }).collect(),
        ..Series::default()
    };
    let drawn = Chart {
        id: "saturation".into(),
        title: "Latency against rate".into(),
        x: Axis { label: "calls asked a second".into(), unit: Unit::PerSecond, scale: Scale::Log },
        y: ms("latency of all calls"),
        series: vec![series("p50", |s| Figure::alone(s.p50_ms)), series("p99", |s| as_figure(&s.p99))],
        lines: vec![Line { name: "what the brief asks".into(), at: driven.asked_per_s, upright: true }],
    };
    let sustained = written(Unit::PerSecond, found.sustained_per_s);
    html! {
        section #saturation {
            h2 { "Saturation" }
            @if found.reached {
                p { "This machine, generator included, sustains " (sustained) " of this mix. Then short was " (rich(&found.bottleneck)) "." }
            } @else {
                p { "At least " (sustained) " of this mix are sustained; " (rich(&found.bottleneck)) "." }
            }
            (figure("Steps of rising rate, the whole mix in its proportions. Where the queue grows, the figure depends on how long one looks.", &chart(&drawn)))
            (scroll("Steps", html! {
                table {
                    thead { tr { @for head in ["Asked", "Answered", "p50", "p99", "Queue", "Server", "Generator", "Others", "Log", "Waited for"] { th scope="col" { (head) } } } }
                    tbody {
                        @for s in &found.steps {
                            tr {
                                th scope="row" { (written(Unit::PerSecond, s.asked_per_s)) }
                                td { (written(Unit::PerSecond, s.done_per_s)) }
                                td { (short_ms(s.p50_ms)) }
                                td { (short_ms(s.p99.ms)) }
                                td { @if s.diverged { "grew" } @else { "steady" } }
                                @for cores in [s.load.server_cores, s.load.generator_cores, s.load.other_cores] {
                                    td { (format!("{cores:.1}")) }
                                }
                                td { (written(Unit::Bytes, s.load.wal_bytes_per_s)) "/s" }
                                td { (s.load.waits.iter().take(2).map(|(w, share)| format!("{} {:.0} %", one_line(w), share * 100.0)).collect::<Vec<_>>().join(", ")) }
                            }
                        }
                    }
                }
            }))
            p.quiet { "Server, generator and others are processors' worth of time." }
        }
    }
}

fn growth(list: &[Growth]) -> Markup {
    let mut largest: Vec<&Growth> = list.iter().collect();
    let at_end = |g: &Growth| g.rows.last().map_or(0.0, |r| r.1);
    largest.sort_by(|a, b| at_end(b).total_cmp(&at_end(a)).then(a.entity.cmp(&b.entity)));
    let drawn = Chart {
        id: "growth".into(),
        title: "Rows until the horizon".into(),
        x: Axis { label: "from today".into(), unit: Unit::Months, scale: Scale::Linear },
        y: Axis { label: "rows".into(), unit: Unit::Rows, scale: Scale::Log },
        series: largest
            .iter()
            .map(|g| Series {
                name: g.entity.clone(),
                points: g.rows.iter().map(|(month, rows)| Point { x: *month, y: Figure::alone(*rows) }).collect(),
                ..Series::default()
            })
            .collect(),
        lines: vec![],
    };
    html! {
        section #growth {
            h2 { "Size over time" }
            p { "From the brief's volumes and growth; not measured." }
            (figure("Rows of the largest concepts.", &chart(&drawn)))
        }
    }
}

fn horizon(driven: &Driven) -> Markup {
    html! {
        section #horizon {
            h2 { "At the horizon (modelled, not measured)" }
            p { "Pages that each call touches at the horizon's volumes, how many of them come from the device, and what that adds to the measured latency. " (rich(&driven.horizon_terms)) }
            (scroll("At the horizon", html! {
                table {
                    thead { tr { @for head in ["Call", "Pages today", "Pages at the horizon", "From the device", "p99"] { th scope="col" { (head) } } th.reasoned scope="col" { "How" } } }
                    tbody {
                        @for m in &driven.horizon {
                            tr {
                                th scope="row" { (one_line(&m.name)) }
                                @for pages in [m.pages_today, m.pages_horizon, m.missed_pages] { td { (written(Unit::Pages, pages)) } }
                                td { @match m.p99_ms { Some(v) => (short_ms(v)), None => "undecided" } }
                                td.reasoned { (rich(&m.why)) }
                            }
                        }
                    }
                }
            }))
        }
    }
}
