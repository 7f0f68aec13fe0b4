//! The words that sample texts are made of.
#![allow(missing_docs)] // each list says what it is by its name

#[rustfmt::skip]
pub const FIRST_NAMES: &[&str] = &[
    "Ada", "Alan", "Amina", "Ana", "Anders", "Aya", "Barbara", "Boris", "Carla", "Chen", "Clara",
    "Daniel", "Dalia", "Diego", "Edith", "Elena", "Emil", "Fatima", "Felix", "Freya", "Grace", "Hana",
    "Hugo", "Ines", "Ivan", "Jonas", "Julia", "Kemal", "Kofi", "Lars", "Leila", "Lena", "Luca", "Maria",
    "Mateo", "Mei", "Milan", "Nadia", "Noah", "Nora", "Olga", "Omar", "Oscar", "Paula", "Pedro", "Priya",
    "Rafael", "Ravi", "Rosa", "Ruth", "Samir", "Sara", "Simon", "Sofia", "Stefan", "Tara", "Theo",
    "Tomas", "Vera", "Viktor", "Yara", "Yusuf", "Zoe",
];

#[rustfmt::skip]
pub const LAST_NAMES: &[&str] = &[
    "Abebe", "Almeida", "Andersen", "Bauer", "Becker", "Berg", "Brown", "Castro", "Chen", "Costa",
    "Dubois", "Eriksson", "Evans", "Fischer", "Garcia", "Haddad", "Hansen", "Hoffmann", "Ito", "Ivanova",
    "Jensen", "Johnson", "Kaya", "Keller", "Khan", "Kim", "Kowalski", "Kumar", "Larsen", "Lopez",
    "Martin", "Mendes", "Meyer", "Moreau", "Mueller", "Nakamura", "Nguyen", "Novak", "Okafor", "Olsen",
    "Patel", "Pereira", "Petrov", "Rossi", "Sato", "Schmidt", "Silva", "Singh", "Smith", "Suzuki",
    "Tanaka", "Taylor", "Torres", "Vogel", "Wagner", "Walker", "Weber", "Wilson", "Yilmaz", "Zhang",
];

#[rustfmt::skip]
pub const ADJECTIVES: &[&str] = &[
    "amber", "ancient", "blue", "bold", "bright", "broad", "calm", "clear", "common", "compact",
    "crimson", "deep", "early", "fine", "first", "gentle", "golden", "grand", "green", "hidden", "ivory",
    "light", "little", "long", "modern", "narrow", "noble", "northern", "open", "plain", "quiet",
    "rapid", "red", "round", "royal", "rustic", "sharp", "silent", "silver", "simple", "slow", "smooth",
    "soft", "solid", "southern", "still", "strong", "swift", "tall", "tiny", "warm", "white", "wide",
    "wild", "young",
];

#[rustfmt::skip]
pub const NOUNS: &[&str] = &[
    "anchor", "apple", "arch", "atlas", "basket", "beacon", "bell", "bench", "bicycle", "blanket",
    "board", "book", "bottle", "box", "bridge", "brook", "brush", "cabinet", "camera", "candle",
    "canvas", "chair", "clock", "cloud", "coat", "compass", "cup", "desk", "door", "drum", "engine",
    "falcon", "field", "flute", "forest", "fountain", "frame", "garden", "gate", "glass", "globe",
    "hammer", "harbour", "hill", "house", "island", "jacket", "journal", "kettle", "key", "ladder",
    "lamp", "lantern", "leaf", "letter", "library", "map", "market", "meadow", "mill", "mirror", "moon",
    "mountain", "needle", "notebook", "orchard", "organ", "paper", "path", "pencil", "piano", "pillow",
    "planet", "plate", "pocket", "radio", "river", "road", "rocket", "roof", "sail", "scarf", "shelf",
    "ship", "signal", "spoon", "square", "stone", "summer", "table", "tower", "train", "tree", "valley",
    "violin", "wagon", "wall", "watch", "water", "wheel", "window", "winter", "wood",
];

#[rustfmt::skip]
pub const VERBS: &[&str] = &[
    "arrives", "asks", "balances", "becomes", "begins", "brings", "builds", "carries", "changes",
    "checks", "closes", "covers", "crosses", "delivers", "draws", "ends", "explains", "fills", "finds",
    "follows", "gathers", "gives", "grows", "holds", "includes", "joins", "keeps", "leads", "leaves",
    "lists", "makes", "marks", "meets", "moves", "needs", "offers", "opens", "orders", "passes", "pays",
    "prepares", "reaches", "reads", "records", "rests", "returns", "sends", "serves", "shows", "starts",
    "stores", "takes", "tells", "turns", "uses", "waits", "works", "writes",
];

/// Words that bind sentences, frequent as in any text.
pub const BINDERS: &[&str] =
    &["the", "a", "of", "and", "with", "near", "under", "for", "from", "every", "one", "another"];

#[rustfmt::skip]
pub const CITIES: &[&str] = &[
    "Accra", "Amsterdam", "Athens", "Berlin", "Bogota", "Cairo", "Chicago", "Dakar", "Delhi", "Dublin",
    "Geneva", "Hamburg", "Hanoi", "Helsinki", "Istanbul", "Kyoto", "Lagos", "Leipzig", "Lima", "Lisbon",
    "London", "Lyon", "Madrid", "Melbourne", "Milan", "Montreal", "Mumbai", "Munich", "Nairobi", "Oslo",
    "Paris", "Porto", "Prague", "Quito", "Rome", "Seoul", "Stockholm", "Sydney", "Tokyo", "Toronto",
    "Utrecht", "Vienna", "Warsaw", "Zurich",
];

pub const COUNTRIES: &[&str] = &[
    "Austria", "Brazil", "Canada", "Denmark", "Egypt", "France", "Germany", "Ghana", "India", "Italy", "Japan",
    "Kenya", "Mexico", "Norway", "Peru", "Poland", "Portugal", "Spain", "Sweden", "Turkey",
];

pub const COUNTRY_CODES: &[&str] = &[
    "AT", "BR", "CA", "DE", "DK", "EG", "ES", "FR", "GB", "GH", "IN", "IT", "JP", "KE", "MX", "NO", "PE", "PL", "PT",
    "SE", "TR", "US",
];

pub const CURRENCIES: &[&str] =
    &["USD", "EUR", "GBP", "JPY", "CHF", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD", "INR", "BRL", "TRY"];

pub const LANGUAGES: &[&str] = &["en", "de", "fr", "es", "pt", "it", "ja", "tr", "pl", "sv"];

pub const COLOURS: &[&str] = &["black", "blue", "brown", "green", "grey", "orange", "purple", "red", "white", "yellow"];

pub const TIME_ZONES: &[&str] =
    &["UTC", "Europe/Berlin", "Europe/Lisbon", "America/New_York", "America/Sao_Paulo", "Asia/Tokyo", "Africa/Nairobi"];

/// Domains that no mail reaches (RFC 2606).
pub const DOMAINS: &[&str] = &["example.com", "example.org", "example.net"];

pub const MIME_TYPES: &[&str] =
    &["image/png", "image/jpeg", "text/plain", "text/html", "application/pdf", "application/json"];

pub const UNITS: &[&str] = &["piece", "kg", "g", "l", "m", "box", "hour"];
