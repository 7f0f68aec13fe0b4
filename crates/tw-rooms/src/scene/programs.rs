//! Functions and triggers, taken apart from the definitions that the server prints.
use tw_model::schema::{Function, Trigger};

/// The clauses of a function before its body, upper case.
pub fn head(function: &Function) -> String {
    function.definition[..body_at(&function.definition)].to_uppercase()
}

/// The function says that it is immutable.
pub fn is_immutable(function: &Function) -> bool {
    head(function).split_whitespace().any(|word| word == "IMMUTABLE")
}

/// The body of a function with what encloses it.
pub fn body(function: &Function) -> &str {
    &function.definition[body_at(&function.definition)..]
}

fn body_at(definition: &str) -> usize {
    let starts = ["\nAS ", "\nBEGIN ATOMIC", "\nRETURN "];
    starts.iter().find_map(|start| definition.find(start)).unwrap_or(definition.len())
}

/// The language of a function, lower case.
pub fn language(function: &Function) -> String {
    let head = head(function);
    let after = head.split("LANGUAGE ").nth(1).unwrap_or("");
    after.split_whitespace().next().unwrap_or("").trim_matches('"').to_lowercase()
}

/// The body in lower case, without comments and with what stands in quotes left out; words are one blank apart.
pub fn code(function: &Function) -> String {
    let mut out = String::new();
    let body = body(function);
    // The quotes around the body itself are dollar signs, so single quotes in it are literals.
    let mut rest = body;
    while let Some(c) = rest.chars().next() {
        let skip = if rest.starts_with("--") {
            rest.find('\n').unwrap_or(rest.len())
        } else if rest.starts_with("/*") {
            rest.find("*/").map_or(rest.len(), |at| at + 2)
        } else if c == '\'' {
            out.push_str("''");
            rest[1..].find('\'').map_or(rest.len(), |at| at + 2)
        } else {
            let blank = c.is_whitespace();
            match (blank, out.ends_with(' ')) {
                (true, true) => {}
                (true, false) => out.push(' '),
                _ => out.extend(c.to_lowercase()),
            }
            rest = &rest[c.len_utf8()..];
            continue;
        };
        if !out.ends_with(' ') {
            out.push(' ');
        }
        rest = &rest[skip..];
    }
    out
}

/// When and for what a trigger fires.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fires {
    /// BEFORE, else AFTER or INSTEAD OF.
    pub before: bool,
    /// FOR EACH ROW.
    pub row: bool,
    /// `INSERT`, `UPDATE`, `DELETE`, `TRUNCATE`: those it fires for.
    pub events: Vec<String>,
    /// UPDATE OF some columns only.
    pub of_columns: bool,
    /// It has a WHEN condition.
    pub when: bool,
    /// The function as it is printed: `public.f`.
    pub function: String,
}

/// Takes a trigger apart.
pub fn fires(trigger: &Trigger) -> Fires {
    let text = &trigger.definition;
    let (head, call) = text.rsplit_once(" EXECUTE ").unwrap_or((text, ""));
    // The name comes first and can hold any word.
    let named = format!("TRIGGER {} ", tw_model::ident::quote(&trigger.name));
    let head = head.split_once(&named).map_or(head, |(_, rest)| rest);
    let (moment, level) = head.split_once(" ON ").unwrap_or((head, ""));
    let events = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];
    let function = call.trim_start_matches("FUNCTION ").trim_start_matches("PROCEDURE ");
    Fires {
        before: moment.starts_with("BEFORE"),
        row: level.contains("FOR EACH ROW"),
        events: events.iter().filter(|e| moment.contains(**e)).map(|e| e.to_string()).collect(),
        of_columns: moment.contains("UPDATE OF "),
        when: level.contains(" WHEN ("),
        function: function.split('(').next().unwrap_or("").to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trigger_is_taken_apart() {
        let definition = "CREATE TRIGGER \"on update\" BEFORE INSERT OR UPDATE OF a ON public.t FOR EACH ROW \
                          WHEN ((new.a > 1)) EXECUTE FUNCTION public.f()";
        let fires = fires(&Trigger { name: "on update".into(), definition: definition.into(), ..Trigger::default() });
        assert!(fires.before && fires.row && fires.of_columns && fires.when);
        assert_eq!((fires.events, fires.function), (vec!["INSERT".to_string(), "UPDATE".into()], "public.f".into()));
    }

    #[test]
    fn code_is_without_comments_and_literals() {
        let definition =
            "CREATE FUNCTION f()\n RETURNS int\n LANGUAGE plpgsql\nAS $f$\n-- now()\nSELECT 'now()', /* x */  B;$f$";
        let function = Function { definition: definition.into(), ..Function::default() };
        assert_eq!(language(&function), "plpgsql");
        assert!(!code(&function).contains("now") && code(&function).contains("'' , b;"), "{}", code(&function));
    }
}
