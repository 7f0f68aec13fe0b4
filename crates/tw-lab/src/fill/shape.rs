//! Texts and numbers that look like what their name says.
use super::{dice::Dice, words};

/// What a column's values look like, told by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // each is the kind of text or number of the same name
pub enum Shape {
    Email,
    Username,
    FirstName,
    LastName,
    PersonName,
    ThingName,
    CityName,
    CountryName,
    CountryCode,
    CompanyName,
    Title,
    Sentences,
    Phone,
    Url,
    Slug,
    Hash,
    Currency,
    Language,
    Colour,
    TimeZone,
    Street,
    PostalCode,
    Iban,
    Isbn,
    Code,
    FilePath,
    MimeType,
    Unit,
    Ip,
    Words,
    Money,
    Age,
    SmallCount,
    Stock,
    Rating,
    Year,
    Percent,
    Latitude,
    Longitude,
    Minutes,
    Bytes,
    Birth,
    Future,
    Plain,
}

const PEOPLE: &[&str] = &[
    "person",
    "user",
    "customer",
    "client",
    "member",
    "patient",
    "doctor",
    "nurse",
    "author",
    "employee",
    "staff",
    "student",
    "teacher",
    "contact",
    "borrower",
    "reader",
    "guest",
    "player",
    "driver",
    "agent",
    "people",
    "actor",
    "owner",
    "holder",
    "passenger",
    "tenant_user",
    "account_holder",
    "physician",
];
const COMPANIES: &[&str] = &[
    "company",
    "organisation",
    "organization",
    "tenant",
    "supplier",
    "vendor",
    "publisher",
    "shop",
    "store",
    "workspace",
    "merchant",
    "brand",
    "bank",
    "team",
    "customer_account",
];

impl Shape {
    /// The shape that the name of a column (and of its table) tells.
    pub fn of(table: &str, column: &str) -> Shape {
        let table = tw_model::model::snake_case(table);
        let column = tw_model::model::snake_case(column);
        let has = |words: &[&str]| words.iter().any(|w| column.contains(w));
        let is = |words: &[&str]| {
            words.iter().any(|w| column == *w) || column.rsplit('_').next().is_some_and(|last| words.contains(&last))
        };
        let whole = |words: &[&str]| words.contains(&column.as_str());
        match () {
            () if has(&["email", "e_mail"]) => Shape::Email,
            () if has(&["hash", "token", "secret", "checksum", "digest", "signature", "password"]) => Shape::Hash,
            () if has(&["user_name", "username", "login", "handle", "nickname"]) => Shape::Username,
            () if has(&["first_name", "given_name", "forename"]) => Shape::FirstName,
            () if has(&["last_name", "family_name", "surname"]) => Shape::LastName,
            () if has(&["full_name", "contact_name", "author_name", "recipient"]) => Shape::PersonName,
            () if has(&["country_code"]) => Shape::CountryCode,
            () if is(&["country", "nationality"]) => Shape::CountryName,
            () if is(&["city", "town"]) => Shape::CityName,
            () if has(&["company", "employer"]) => Shape::CompanyName,
            () if has(&["time_zone", "timezone"]) => Shape::TimeZone,
            () if is(&["phone", "mobile", "fax", "telephone"]) || has(&["phone_"]) => Shape::Phone,
            () if is(&["url", "uri", "website", "link", "homepage"]) => Shape::Url,
            () if is(&["slug", "subdomain"]) => Shape::Slug,
            () if is(&["currency"]) || has(&["currency_code"]) => Shape::Currency,
            () if is(&["language", "locale", "lang"]) => Shape::Language,
            () if is(&["colour", "color"]) => Shape::Colour,
            () if is(&["street", "address", "line1", "line2"]) && !has(&["ip_"]) => Shape::Street,
            () if has(&["postal", "postcode", "zip"]) => Shape::PostalCode,
            () if has(&["iban", "account_number", "account_no"]) => Shape::Iban,
            () if has(&["isbn"]) => Shape::Isbn,
            () if has(&["mime", "content_type"]) => Shape::MimeType,
            () if is(&["path", "file", "filename", "file_name"]) => Shape::FilePath,
            () if is(&["ip", "ip_address"]) => Shape::Ip,
            () if is(&["birth", "born", "dob"]) || has(&["birth", "born_"]) => Shape::Birth,
            () if is(&["expires", "due", "until", "deadline"])
                || has(&["expire", "expiry", "due_", "valid_to", "_until", "renew"]) =>
            {
                Shape::Future
            }
            () if is(&[
                "description",
                "body",
                "notes",
                "note",
                "comment",
                "comments",
                "bio",
                "text",
                "content",
                "summary",
                "abstract",
                "message",
                "reason",
                "remarks",
                "diagnosis",
            ]) =>
            {
                Shape::Sentences
            }
            () if is(&["title", "subject", "headline", "heading"]) => Shape::Title,
            () if is(&["age"]) => Shape::Age,
            () if is(&["rating", "stars", "score"]) => Shape::Rating,
            () if is(&["year"]) => Shape::Year,
            () if is(&["percent", "percentage", "rate", "share"]) => Shape::Percent,
            () if is(&["latitude", "lat"]) => Shape::Latitude,
            () if is(&["longitude", "lon", "lng"]) => Shape::Longitude,
            () if is(&["minutes", "duration", "seconds", "hours"]) || has(&["duration"]) => Shape::Minutes,
            () if is(&["bytes", "size"]) => Shape::Bytes,
            () if is(&["stock", "on_hand", "available", "inventory", "hand"]) => Shape::Stock,
            () if is(&[
                "quantity",
                "qty",
                "count",
                "copies",
                "number_of_copies",
                "seats",
                "floor",
                "level",
                "priority",
                "position",
                "line",
                "line_no",
                "rank",
                "beds",
                "capacity",
            ]) =>
            {
                Shape::SmallCount
            }
            () if is(&[
                "price", "amount", "balance", "total", "cost", "fee", "salary", "fine", "subtotal", "tax", "discount",
                "budget", "limit",
            ]) =>
            {
                Shape::Money
            }
            () if is(&["unit"]) => Shape::Unit,
            () if is(&["code", "sku", "number", "reference", "ref", "serial", "barcode", "no", "id"]) => Shape::Code,
            () if whole(&["name"]) && PEOPLE.contains(&table.as_str()) => Shape::PersonName,
            () if whole(&["name"]) && COMPANIES.contains(&table.as_str()) => Shape::CompanyName,
            () if whole(&["name"]) && table == "city" => Shape::CityName,
            () if is(&["name", "label"]) => Shape::ThingName,
            () => Shape::Plain,
        }
    }
}

/// A text of that shape, of any length.
pub fn text(shape: Shape, dice: &mut Dice) -> String {
    use words::*;
    match shape {
        Shape::Email => format!(
            "{}.{}{}@{}",
            dice.pick(FIRST_NAMES).to_lowercase(),
            dice.pick(LAST_NAMES).to_lowercase(),
            dice.below(1000),
            dice.pick(DOMAINS)
        ),
        Shape::Username => {
            format!("{}_{}{}", dice.pick(FIRST_NAMES).to_lowercase(), dice.pick(NOUNS), dice.below(1000))
        }
        Shape::FirstName => dice.pick(FIRST_NAMES).into(),
        Shape::LastName => dice.pick(LAST_NAMES).into(),
        Shape::PersonName => format!("{} {}", dice.pick(FIRST_NAMES), dice.pick(LAST_NAMES)),
        Shape::CityName => dice.pick(CITIES).into(),
        Shape::CountryName => dice.pick(COUNTRIES).into(),
        Shape::CountryCode => dice.pick(COUNTRY_CODES).into(),
        Shape::CompanyName => format!("{} {}", capital(dice.pick(ADJECTIVES)), capital(dice.pick(NOUNS))),
        Shape::Title => match dice.below(3) {
            0 => format!("The {} {}", capital(dice.pick(ADJECTIVES)), capital(dice.pick(NOUNS))),
            1 => format!("{} and {}", capital(dice.pick(NOUNS)), capital(dice.pick(NOUNS))),
            _ => format!(
                "{} of the {} {}",
                capital(dice.pick(NOUNS)),
                capital(dice.pick(ADJECTIVES)),
                capital(dice.pick(NOUNS))
            ),
        },
        Shape::Sentences => (0..1 + dice.below(3)).map(|_| sentence(dice)).collect::<Vec<_>>().join(" "),
        // E.164, in the range that is kept for fiction.
        Shape::Phone => format!("+1{}555{:04}", 200 + dice.below(800), dice.below(10_000)),
        Shape::Url => format!("https://{}/{}/{}", dice.pick(DOMAINS), dice.pick(NOUNS), dice.below(10_000)),
        Shape::Slug => format!("{}-{}-{}", dice.pick(ADJECTIVES), dice.pick(NOUNS), dice.below(1000)),
        Shape::Hash => hex(dice, 32),
        Shape::Currency => dice.pick(CURRENCIES).into(),
        Shape::Language => dice.pick(LANGUAGES).into(),
        Shape::Colour => dice.pick(COLOURS).into(),
        Shape::TimeZone => dice.pick(TIME_ZONES).into(),
        Shape::Street => format!("{} {} Street, {}", 1 + dice.below(200), capital(dice.pick(NOUNS)), dice.pick(CITIES)),
        Shape::PostalCode => format!("{:05}", dice.below(100_000)),
        Shape::Iban => format!("DE{:02}{:018}", 2 + dice.below(97), dice.below(1_000_000_000_000_000_000)),
        Shape::Isbn => format!("978{:010}", dice.below(10_000_000_000)),
        Shape::Code => {
            let noun = dice.pick(NOUNS);
            format!("{}-{:06}", &noun.to_uppercase()[..3], dice.below(1_000_000))
        }
        Shape::FilePath => format!("/{}/{}-{}.dat", dice.pick(NOUNS), dice.pick(NOUNS), dice.below(10_000)),
        Shape::MimeType => dice.pick(MIME_TYPES).into(),
        Shape::Unit => dice.pick(UNITS).into(),
        Shape::Ip => format!("10.{}.{}.{}", dice.below(256), dice.below(256), 1 + dice.below(254)),
        Shape::ThingName => format!("{} {}", capital(dice.pick(ADJECTIVES)), dice.pick(NOUNS)),
        _ => format!("{} {}", dice.pick(ADJECTIVES), dice.pick(NOUNS)),
    }
}

/// A sentence whose words follow a skewed distribution, so that searches have frequent and rare words.
pub fn sentence(dice: &mut Dice) -> String {
    let mut out = capital(dice.pick(words::BINDERS));
    let length = 4 + dice.below(8);
    for i in 0..length {
        out.push(' ');
        out.push_str(match i % 4 {
            0 => skewed(dice, words::ADJECTIVES),
            1 => skewed(dice, words::NOUNS),
            2 => skewed(dice, words::VERBS),
            _ => dice.pick(words::BINDERS),
        });
    }
    out.push('.');
    out
}

/// Lower-case hexadecimal digits of so many random bytes.
pub fn hex(dice: &mut Dice, bytes: usize) -> String {
    let mut out = String::with_capacity(bytes * 2 + 16);
    while out.len() < bytes * 2 {
        out.push_str(&format!("{:016x}", dice.bits()));
    }
    out.truncate(bytes * 2);
    out
}

fn skewed<'a>(dice: &mut Dice, of: &[&'a str]) -> &'a str {
    let n = of.len() as u64;
    of[(dice.below(n) * dice.below(n) / n) as usize]
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_shapes() {
        assert_eq!(Shape::of("User", "email"), Shape::Email);
        assert_eq!(Shape::of("Customer", "name"), Shape::PersonName);
        assert_eq!(Shape::of("Product", "name"), Shape::ThingName);
        assert_eq!(Shape::of("Account", "account_number"), Shape::Iban);
        assert_eq!(Shape::of("Person", "date_of_birth"), Shape::Birth);
        assert_eq!(Shape::of("Order", "unit_price"), Shape::Money);
        assert_eq!(Shape::of("Session", "expires_at"), Shape::Future);
        assert_eq!(Shape::of("X", "flags"), Shape::Plain);
    }

    #[test]
    fn texts_of_a_shape_look_like_it() {
        let mut dice = Dice::new(1, &["shape"]);
        assert!(text(Shape::Email, &mut dice).contains("@example."));
        assert_eq!(text(Shape::Currency, &mut dice).len(), 3);
        assert!(text(Shape::Sentences, &mut dice).ends_with('.'));
        assert_eq!(hex(&mut dice, 3).len(), 6);
    }
}
