use super::*;
use crate::rotation::evidence::Rank;
use crate::rotation::policy::ExpiryPolicy;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn piece(written: Interval, expires: Expiry) -> Evidence {
    Evidence {
        rank: Rank::Store,
        source: "test",
        field: "date",
        written,
        expires,
        as_of: None,
        version: None,
        better: Some("ask better"),
    }
}

fn judged(policy: &Policy, pieces: &[Evidence], now: &str) -> Judgement {
    let now = at(now);
    judge(policy, &Age::of(pieces, policy.floor(), now), pieces, now)
}

fn verdict(policy: &Policy, pieces: &[Evidence], now: &str) -> Verdict {
    judged(policy, pieces, now).verdict
}

fn ninety() -> Policy {
    Policy {
        max_age: Some(Duration::days(90)),
        warn_before: Some([14, 3].map(Duration::days).to_vec()),
        ..Policy::default()
    }
}

fn exact(text: &str) -> [Evidence; 1] {
    [piece(Interval::exact(at(text)), Expiry::Unknown)]
}

fn between(from: &str, to: &str) -> [Evidence; 1] {
    [piece(Interval::between(Some(at(from)), Some(at(to))), Expiry::Unknown)]
}

fn ending(expires: Expiry) -> [Evidence; 1] {
    [piece(Interval::exact(at("2025-01-01T00:00:00Z")), expires)]
}

const SOON: fn(u32) -> Verdict = |days| Verdict::DueSoon {
    band: Duration::days(days),
};
const LATE: Verdict = Verdict::Overdue { in_grace: false };

#[test]
fn exact_instants_not_whole_days() {
    // Written 2025-01-01T12:00Z, so ninety days are up at 2025-04-01T12:00Z.
    for (now, expected) in [
        ("2025-03-18T11:59:59.999999999Z", Verdict::Current),
        ("2025-03-18T12:00:00Z", SOON(14)),
        ("2025-03-29T11:59:59Z", SOON(14)),
        ("2025-03-29T12:00:00Z", SOON(3)),
        ("2025-04-01T12:00:00Z", SOON(3)),
        ("2025-04-01T12:00:00.000000001Z", LATE),
        ("2025-04-02T11:00:00Z", LATE),
    ] {
        assert_eq!(
            verdict(&ninety(), &exact("2025-01-01T12:00:00Z"), now),
            expected,
            "{now}"
        );
    }
}

#[test]
fn weak_evidence_proves_what_it_proves() {
    let policy = ninety();
    // An upper bound alone proves overdue, never current.
    let touched = [piece(Interval::until(at("2025-01-01T00:00:00Z")), Expiry::Unknown)];
    assert_eq!(verdict(&policy, &touched, "2025-04-02T00:00:00Z"), LATE);
    assert_eq!(verdict(&policy, &touched, "2025-01-02T00:00:00Z"), Verdict::Unknown);
    // A lower bound alone proves current, never overdue.
    let born = [piece(Interval::since(at("2025-01-01T00:00:00Z")), Expiry::Unknown)];
    assert_eq!(verdict(&policy, &born, "2025-02-01T00:00:00Z"), Verdict::Current);
    assert_eq!(verdict(&policy, &born, "2035-02-01T00:00:00Z"), Verdict::Unknown);
    let both = between("2025-01-01T00:00:00Z", "2025-03-01T00:00:00Z");
    assert_eq!(verdict(&policy, &both, "2025-03-02T00:00:00Z"), Verdict::Current);
    assert_eq!(verdict(&policy, &both, "2025-03-25T00:00:00Z"), SOON(14));
    assert_eq!(verdict(&policy, &both, "2025-04-15T00:00:00Z"), Verdict::Unknown);
    assert_eq!(verdict(&policy, &both, "2025-05-31T00:00:00Z"), LATE);
}

#[test]
fn unknown_names_what_would_settle_it() {
    assert_eq!(judged(&ninety(), &[], "2025-01-01T00:00:00Z").settle, Some(RECORD_IT));
    assert_eq!(
        judged(
            &ninety(),
            &between("2025-01-01T00:00:00Z", "2025-03-01T00:00:00Z"),
            "2025-04-15T00:00:00Z"
        )
        .settle,
        Some("ask better")
    );
    let settle = judged(&ninety(), &exact("2025-02-01T00:00:00Z"), "2025-01-01T00:00:00Z").settle;
    assert!(
        settle.is_some_and(|settle| settle.contains("in the future")),
        "{settle:?}"
    );
}

#[test]
fn grace_is_overdue_that_only_warns() {
    let policy = Policy {
        grace: Some(Duration::days(7)),
        ..ninety()
    };
    let pieces = exact("2025-01-01T00:00:00Z");
    assert_eq!(
        verdict(&policy, &pieces, "2025-04-02T00:00:00Z"),
        Verdict::Overdue { in_grace: true }
    );
    assert_eq!(
        verdict(&policy, &pieces, "2025-04-08T00:00:00Z"),
        Verdict::Overdue { in_grace: true }
    );
    assert_eq!(verdict(&policy, &pieces, "2025-04-08T00:00:01Z"), LATE);
}

#[test]
fn changed_since_is_due_at_the_cut() {
    let policy = Policy {
        changed_since: Some(at("2025-11-01T00:00:00Z")),
        warn_before: Some(vec![Duration::days(7)]),
        ..Policy::default()
    };
    let before = exact("2025-10-01T00:00:00Z");
    assert_eq!(verdict(&policy, &before, "2025-10-02T00:00:00Z"), Verdict::Current);
    assert_eq!(verdict(&policy, &before, "2025-10-28T00:00:00Z"), SOON(7));
    assert_eq!(verdict(&policy, &before, "2025-11-01T00:00:00Z"), LATE);
    assert_eq!(
        verdict(&policy, &exact("2025-11-01T00:00:00Z"), "2026-11-02T00:00:00Z"),
        Verdict::Current
    );
    assert_eq!(
        verdict(
            &policy,
            &between("2025-10-01T00:00:00Z", "2025-12-01T00:00:00Z"),
            "2026-01-01T00:00:00Z"
        ),
        Verdict::Unknown
    );
}

#[test]
fn an_expiry_counts_whatever_the_policy() {
    let pieces = ending(Expiry::Through(at("2025-06-01T00:00:00Z")));
    let unsaid = |now| verdict(&Policy::default(), &pieces, now);
    assert_eq!(
        (unsaid("2025-05-01T00:00:00Z"), unsaid("2025-05-02T00:00:00Z")),
        (Verdict::Current, SOON(30))
    );
    let quiet = Policy {
        warn_before: Some(Vec::new()),
        ..Policy::default()
    };
    assert_eq!(verdict(&quiet, &pieces, "2025-06-01T00:00:00Z"), Verdict::Current);
    // A third of a lifetime of three days.
    let short = ending(Expiry::At(at("2025-01-04T00:00:00Z")));
    assert_eq!(
        verdict(&Policy::default(), &short, "2025-01-02T23:59:59Z"),
        Verdict::Current
    );
    assert_eq!(verdict(&Policy::default(), &short, "2025-01-03T00:00:00Z"), SOON(1));
    assert_eq!(
        verdict(&Policy::default(), &pieces, "2025-06-01T00:00:01Z"),
        Verdict::Expired
    );
    let warned = Policy {
        warn_before: Some(vec![Duration::days(30)]),
        expiry: Some(ExpiryPolicy::default()),
        ..Policy::default()
    };
    assert_eq!(verdict(&warned, &pieces, "2025-05-03T00:00:00Z"), SOON(30));
}

#[test]
fn expiry_policies_are_applied() {
    let days = |days| Some(Duration::days(days));
    let required = Policy {
        expiry: Some(ExpiryPolicy {
            required: Some(true),
            ..ExpiryPolicy::default()
        }),
        ..Policy::default()
    };
    let now = "2025-05-01T00:00:00Z";
    assert_eq!(verdict(&required, &ending(Expiry::Never), now), LATE);
    assert_eq!(verdict(&required, &ending(Expiry::Unknown), now), Verdict::Unknown);
    assert_eq!(
        verdict(&required, &ending(Expiry::At(at("2026-01-01T00:00:00Z"))), now),
        Verdict::Current
    );
    let short = Policy {
        expiry: Some(ExpiryPolicy {
            max_lifetime: days(365),
            ..ExpiryPolicy::default()
        }),
        ..Policy::default()
    };
    assert_eq!(
        verdict(&short, &ending(Expiry::At(at("2026-01-01T00:00:00Z"))), now),
        Verdict::Current
    );
    assert_eq!(
        verdict(&short, &ending(Expiry::At(at("2026-01-01T00:00:01Z"))), now),
        LATE
    );
    assert_eq!(verdict(&short, &ending(Expiry::Never), now), LATE);
    let open = [piece(Interval::UNKNOWN, Expiry::At(at("2026-01-01T00:00:00Z")))];
    assert_eq!(verdict(&short, &open, now), Verdict::Unknown);
    let early = Policy {
        expiry: Some(ExpiryPolicy {
            min_remaining: days(14),
            ..ExpiryPolicy::default()
        }),
        warn_before: Some(Vec::new()),
        ..Policy::default()
    };
    let soon = ending(Expiry::At(at("2025-05-15T00:00:00Z")));
    assert_eq!(verdict(&early, &soon, "2025-05-01T00:00:00Z"), Verdict::Current);
    assert_eq!(verdict(&early, &soon, "2025-05-01T00:00:01Z"), LATE);
}

#[test]
fn conflicting_evidence_never_passes_but_can_be_overdue() {
    let pieces = [exact("2025-01-01T00:00:00Z"), exact("2025-03-01T00:00:00Z")].concat();
    assert_eq!(verdict(&ninety(), &pieces, "2025-03-02T00:00:00Z"), Verdict::Conflict);
    assert_eq!(verdict(&ninety(), &pieces, "2025-04-15T00:00:00Z"), Verdict::Conflict);
    assert_eq!(verdict(&ninety(), &pieces, "2025-05-31T00:00:00Z"), LATE);
}

#[test]
fn without_a_policy_there_is_no_verdict() {
    assert_eq!(
        verdict(
            &Policy::default(),
            &exact("2025-01-01T00:00:00Z"),
            "2099-01-01T00:00:00Z"
        ),
        Verdict::Unregulated
    );
}

#[test]
fn due_is_an_instant() {
    let judgement = judged(
        &ninety(),
        &between("2025-01-01T00:00:00Z", "2025-03-01T00:00:00Z"),
        "2025-03-02T00:00:00Z",
    );
    assert_eq!(judgement.due(), Some(at("2025-04-01T00:00:00Z")));
    assert_eq!(judgement.due_for_certain(), Some(at("2025-05-30T00:00:00Z")));
    assert_eq!(judged(&ninety(), &[], "2025-03-02T00:00:00Z").due(), None);
    let end = at("2025-06-01T00:00:00Z");
    let open = [piece(Interval::UNKNOWN, Expiry::At(end))];
    assert_eq!(judged(&ninety(), &open, "2025-03-02T00:00:00Z").due(), Some(end));
    let end = at("2025-06-01T00:00:00Z");
    let open = [piece(Interval::UNKNOWN, Expiry::At(end))];
    assert_eq!(judged(&ninety(), &open, "2025-03-02T00:00:00Z").due(), Some(end));
}

#[test]
fn the_old_key_may_stay_for_the_overlap() {
    let week = Duration::days(7);
    let now = at("2025-01-09T00:00:00Z");
    let state = |from: &str, to: &str| overlap(week, Interval::between(Some(at(from)), Some(at(to))), now);
    assert_eq!(state("2025-01-02T00:00:00Z", "2025-01-02T00:00:00Z"), Overlap::Within);
    assert_eq!(
        state("2025-01-01T23:59:59Z", "2025-01-01T23:59:59Z"),
        Overlap::Over {
            since: at("2025-01-08T23:59:59Z")
        }
    );
    assert_eq!(state("2025-01-01T00:00:00Z", "2025-01-03T00:00:00Z"), Overlap::Unknown);
    assert_eq!(overlap(week, Interval::UNKNOWN, now), Overlap::Unknown);
}

#[test]
fn the_ends_of_the_calendar_do_not_overflow() {
    let policy = Policy {
        max_age: Some(Duration::parse("P36525D").unwrap()),
        ..ninety()
    };
    for edge in [Timestamp::MIN, Timestamp::MAX] {
        let pieces = [piece(Interval::exact(edge), Expiry::At(edge))];
        for now in [
            Timestamp::MIN,
            at("1969-07-20T20:17:40Z"),
            at("2101-01-01T00:00:00Z"),
            Timestamp::MAX,
        ] {
            let _ = judge(&policy, &Age::of(&pieces, Rank::Comment, now), &pieces, now);
        }
    }
}
