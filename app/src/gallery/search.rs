//! What is typed into the gallery's search field: words, and a few keywords before a colon. All of
//! it must hold for a picture to be found.

use crate::gallery::marks::MAX_RATING;
use crate::gallery::row::Row;

/// What can be asked for, as the search field's tooltip shows it.
pub const HELP: &str = "Words of the prompt, of the name or of the model.
\"red apple\" looks for both words together, -red for pictures without.
model:starter, seed:7, negative:blurry, date:2026-11, 2026-11-24, today, fav, rating:4 (and more)";

/// A search, understood.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<(Term, Wanted)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    With,
    Without,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Term {
    Word(String),
    Negative(String),
    Model(String),
    Seed(String),
    /// How a date begins.
    Date(String),
    Favourite,
    /// So many stars at least.
    Rating(u8),
}

impl Query {
    /// Understands a search; whatever is no keyword is a word. `today` is a date such as
    /// `2026-11-24`.
    pub fn parse(text: &str, today: &str) -> Self {
        let terms = split(text).into_iter().map(|part| {
            match part.strip_prefix('-').filter(|rest| !rest.is_empty()) {
                Some(rest) => (Term::parse(rest, today), Wanted::Without),
                None => (Term::parse(&part, today), Wanted::With),
            }
        });
        Self {
            terms: terms.collect(),
        }
    }

    /// Whether a picture is looked for.
    pub fn finds(&self, row: &Row) -> bool {
        self.terms
            .iter()
            .all(|(term, wanted)| term.holds(row) == (*wanted == Wanted::With))
    }
}

impl Term {
    fn parse(part: &str, today: &str) -> Self {
        let word = part.to_lowercase();
        match word.split_once(':') {
            Some(("model", name)) => Self::Model(name.to_owned()),
            Some(("seed", seed)) => Self::Seed(seed.to_owned()),
            Some(("negative", word)) => Self::Negative(word.to_owned()),
            Some(("date", "today")) => Self::Date(today.to_owned()),
            Some(("date", date)) => Self::Date(date.to_owned()),
            Some(("rating", stars)) if stars.parse::<u8>().is_ok_and(|n| n <= MAX_RATING) => {
                Self::Rating(stars.parse().unwrap_or(MAX_RATING))
            }
            Some(_) => Self::Word(word),
            None if ["fav", "favourite", "favorite"].contains(&word.as_str()) => Self::Favourite,
            None if word == "today" => Self::Date(today.to_owned()),
            None if is_date(&word) => Self::Date(word),
            None => Self::Word(word),
        }
    }

    fn holds(&self, row: &Row) -> bool {
        let summary = &row.content.summary;
        match self {
            Self::Word(word) => row.is_about(word),
            Self::Negative(word) => summary.negative.to_lowercase().contains(word),
            Self::Model(name) => summary.models.iter().any(|model| {
                model.name.to_lowercase().contains(name)
                    || (!name.is_empty() && model.sha256.starts_with(name))
            }),
            Self::Seed(wanted) => summary.seeds.iter().any(|seed| seed.to_string() == *wanted),
            Self::Date(date) => row.date.starts_with(date),
            Self::Favourite => row.mark.favourite,
            Self::Rating(stars) => row.mark.rating >= *stars,
        }
    }
}

/// Whether a word reads as `2026-11` or `2026-11-24`. A year alone may as well be a word.
fn is_date(word: &str) -> bool {
    let parts: Vec<&str> = word.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    (lengths == [4, 2] || lengths == [4, 2, 2])
        && parts
            .iter()
            .all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The parts between spaces; quotes hold words together, also behind a keyword.
fn split(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut is_quoted = false;
    for letter in text.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            _ if letter.is_whitespace() && !is_quoted => parts.push(std::mem::take(&mut part)),
            _ => part.push(letter),
        }
    }
    parts.push(part);
    parts.retain(|part| !part.is_empty());
    parts
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::gallery::marks::Mark;
    use crate::gallery::row::Content;
    use crate::gallery::scan::Stamp;
    use crate::gallery::summary::{Model, Summary};

    fn row() -> Row {
        let stamp = Stamp {
            path: "/p/apple-00007.png".into(),
            bytes: 1,
            changed_ns: 0,
        };
        let summary = Summary {
            prompt: "A Red Apple on a blue table".into(),
            negative: "Blurry".into(),
            models: vec![Model {
                name: "Starter".into(),
                sha256: "beef00".into(),
            }],
            seeds: vec![7, 1234],
        };
        let content = Content {
            size_px: [8, 8],
            summary,
            fault: None,
        };
        let mark = Mark {
            favourite: true,
            rating: 3,
        };
        let mut row = Row::new(Path::new("/p"), stamp, content, mark);
        row.date = "2026-11-24 10:00".into();
        row
    }

    #[track_caller]
    fn check(search: &str, finds: bool) {
        let query = Query::parse(search, "2026-11-24");
        assert_eq!(query.finds(&row()), finds, "{search}: {query:?}");
    }

    #[test]
    fn words_are_found_in_any_case_and_order() {
        for search in [
            "",
            "  ",
            "apple",
            "BLUE red",
            "\"red apple\"",
            "00007",
            "starter",
            "1234",
        ] {
            check(search, true);
        }
        for search in ["pear", "apple pear", "\"apple red\"", "blurry"] {
            check(search, false);
        }
    }

    #[test]
    fn words_can_be_excluded() {
        check("apple -pear", true);
        check("apple -red", false);
        check("-fav", false);
        // A dash alone excludes nothing; it is looked for.
        check("-", true);
    }

    #[test]
    fn keywords_look_in_one_place() {
        for search in [
            "model:start",
            "model:beef",
            "seed:7",
            "seed:1234",
            "negative:blur",
            "fav",
            "favourite",
            "rating:3",
            "rating:0",
            "today",
            "2026-11",
            "2026-11-24",
            "date:2026",
            "date:today",
        ] {
            check(search, true);
        }
        for search in [
            "model:apple",
            "seed:12",
            "negative:red",
            "rating:4",
            "2026-10",
            "date:2025",
            "seed:",
            "rating:9",
        ] {
            check(search, false);
        }
    }
}
