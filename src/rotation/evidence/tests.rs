use super::*;

fn at(text: &str) -> Timestamp {
    match super::super::time::parse(text, false) {
        Ok(super::super::time::Moment::At(at)) => at,
        other => panic!("{text}: {other:?}"),
    }
}

fn piece(rank: Rank, earliest: &str, latest: &str) -> Evidence {
    let bound = |text: &str| (!text.is_empty()).then(|| at(text));
    Evidence {
        rank,
        source: "test",
        field: "date",
        written: Interval {
            earliest: bound(earliest),
            latest: bound(latest),
        },
        expires: Expiry::Unknown,
        as_of: None,
        version: None,
        better: None,
    }
}

fn age(pieces: &[Evidence]) -> Age {
    Age::of(pieces, Rank::DEFAULT_FLOOR, at("2026-01-15"))
}

fn bounds(age: &Age) -> (String, String) {
    let show = |bound: Option<Timestamp>| bound.map_or_else(String::new, |at| at.to_string()[..10].to_owned());
    (show(age.written.earliest), show(age.written.latest))
}

fn dates(earliest: &str, latest: &str) -> (String, String) {
    (earliest.to_owned(), latest.to_owned())
}

#[test]
fn pieces_intersect() {
    let age = age(&[
        piece(Rank::Copy, "", "2025-11-20"),
        piece(Rank::Store, "2024-01-01", "2025-12-01"),
        piece(Rank::Store, "2025-03-01", ""),
    ]);
    assert_eq!(bounds(&age), dates("2025-03-01", "2025-11-20"));
    assert_eq!((age.earliest_by, age.latest_by, age.conflict), (Some(2), Some(0), None));
}

#[test]
fn nothing_is_known_without_evidence() {
    assert_eq!(age(&[]).written, Interval::UNKNOWN);
}

#[test]
fn a_copy_made_today_is_not_a_young_secret() {
    let copy = [piece(Rank::Copy, "2026-01-14", "2026-01-14")];
    let unbelieved = age(&copy);
    assert_eq!(
        (bounds(&unbelieved), unbelieved.weak),
        (dates("", "2026-01-14"), vec![0])
    );
    let believed = Age::of(&copy, Rank::Copy, at("2026-01-15"));
    assert_eq!(
        (bounds(&believed), believed.weak),
        (dates("2026-01-14", "2026-01-14"), vec![])
    );
}

#[test]
fn a_comment_proves_nothing_unless_it_is_accepted() {
    let comment = [piece(Rank::Comment, "2025-10-02", "2025-10-02")];
    assert_eq!(age(&comment).written, Interval::UNKNOWN);
    assert!(Age::of(&comment, Rank::Comment, at("2026-01-15")).written.is_exact());
}

#[test]
fn a_conflict_names_both_sides_the_stronger_first() {
    let found = age(&[
        piece(Rank::Record, "2025-12-01", "2025-12-01"),
        piece(Rank::Store, "2025-10-02", "2025-10-02"),
    ]);
    assert_eq!(found.conflict, Some((1, 0)));
    assert_eq!(bounds(&found), dates("2025-10-02", "2025-10-02"));
    assert_eq!(found.hull.latest, Some(at("2025-12-01")));
    let found = age(&[
        piece(Rank::Value, "2025-12-01", "2025-12-01"),
        piece(Rank::Copy, "2025-10-02", "2025-10-02"),
    ]);
    assert_eq!(found.conflict, Some((0, 1)));
}

#[test]
fn within_the_tolerance_the_stronger_evidence_wins() {
    let found = age(&[
        piece(Rank::Record, "2025-10-03", "2025-10-03"),
        piece(Rank::Store, "2025-10-02T08:14:22Z", "2025-10-02T08:14:22Z"),
    ]);
    assert_eq!(
        (found.conflict, found.written),
        (None, Interval::exact(at("2025-10-02T08:14:22Z")))
    );
    let found = age(&[
        piece(Rank::Store, "2025-10-01", "2025-10-01"),
        piece(Rank::Record, "2025-10-03T00:00:01Z", "2025-10-03T00:00:01Z"),
    ]);
    assert_eq!(found.conflict, Some((0, 1)));
}

#[test]
fn future_dates_are_ignored() {
    let found = age(&[
        piece(Rank::Store, "2026-01-16", "2026-01-16"),
        piece(Rank::Store, "2026-01-15T00:04:00Z", ""),
    ]);
    assert_eq!(
        (found.future, found.written),
        (vec![0], Interval::since(at("2026-01-15T00:04:00Z")))
    );
}

#[test]
fn a_date_in_the_future_hides_no_end() {
    let mut token = piece(Rank::Value, "2026-01-16", "2026-01-16");
    token.expires = Expiry::At(at("2025-12-01"));
    let found = age(&[token]);
    assert_eq!(
        (found.future, found.written, found.expires),
        (vec![0], Interval::UNKNOWN, Expiry::At(at("2025-12-01")))
    );
}

#[test]
fn an_old_export_proves_no_upper_bound_and_no_end() {
    let mut old = piece(Rank::Store, "2025-10-02", "2025-10-02");
    old.expires = Expiry::At(at("2025-12-01"));
    old.as_of = Some(at("2026-01-13T23:59:59Z"));
    let found = age(&[old.clone()]);
    assert_eq!(
        (found.written, found.expires, found.stale),
        (Interval::since(at("2025-10-02")), Expiry::Unknown, vec![0])
    );
    old.as_of = Some(at("2026-01-14"));
    assert!(age(&[old]).written.is_exact());
}

#[test]
fn the_soonest_end_counts() {
    let mut pieces = [
        piece(Rank::Store, "", ""),
        piece(Rank::Value, "", ""),
        piece(Rank::Issuer, "", ""),
    ];
    pieces[0].expires = Expiry::At(at("2026-03-01"));
    pieces[1].expires = Expiry::Through(at("2026-02-01"));
    pieces[2].expires = Expiry::Never;
    let found = age(&pieces);
    assert_eq!(
        (found.expires, found.expires_by),
        (Expiry::Through(at("2026-02-01")), Some(1))
    );
}

#[test]
fn an_expiry_counts_however_weak_its_evidence() {
    let mut token = piece(Rank::Value, "2026-01-01", "2026-01-01");
    token.expires = Expiry::At(at("2026-02-01"));
    let mut comment = piece(Rank::Comment, "", "");
    comment.expires = Expiry::At(at("2026-01-20"));
    let found = Age::of(&[token, comment], Rank::Issuer, at("2026-01-15"));
    assert_eq!(
        (found.expires, found.written),
        (Expiry::At(at("2026-02-01")), Interval::until(at("2026-01-01")))
    );
}

#[test]
fn an_end_includes_its_instant_or_not() {
    let end = at("2026-01-15");
    assert!(Expiry::At(end).is_over(end) && !Expiry::Through(end).is_over(end));
    assert!(!Expiry::Never.is_over(Timestamp::MAX) && !Expiry::Unknown.is_over(Timestamp::MAX));
}

#[test]
fn an_origin_that_contradicts_itself_proves_the_weaker() {
    assert_eq!(
        Interval::between(Some(at("2025-02-01")), Some(at("2025-01-01"))),
        Interval::until(at("2025-02-01"))
    );
}

#[test]
fn ranks_have_names_both_ways() {
    for rank in Rank::ALL {
        assert_eq!(Rank::parse(rank.name()), Some(rank));
    }
    assert!(Rank::ALL.is_sorted());
}
