//! The reasoning with intervals, held against the one thing it must agree with: every instant that the interval allows.

use envgate::rotation::policy::ExpiryPolicy;
use envgate::rotation::{Age, Duration, Evidence, Expiry, Interval, Policy, Rank, Verdict, judge};
use jiff::Timestamp;
use proptest::prelude::*;

fn hour(hours: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + hours * 3600).unwrap()
}

fn piece(rank: Rank, written: Interval, expires: Expiry) -> Evidence {
    Evidence {
        rank,
        source: "test",
        field: "date",
        written,
        expires,
        as_of: None,
        version: None,
        better: None,
    }
}

fn verdict(policy: &Policy, pieces: &[Evidence], now: Timestamp) -> Verdict {
    judge(policy, &Age::of(pieces, policy.floor(), now), pieces, now).verdict
}

fn is_current(verdict: &Verdict) -> bool {
    *verdict == Verdict::Current
}

fn is_kept(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Current | Verdict::DueSoon { .. })
}

fn is_overdue(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Overdue { .. })
}

fn is_expired(verdict: &Verdict) -> bool {
    *verdict == Verdict::Expired
}

fn policies() -> impl Strategy<Value = Policy> {
    let days = || proptest::option::of((1_u32..40).prop_map(Duration::days));
    (
        days(),
        days(),
        proptest::option::of(-600_i64..0),
        days(),
        days(),
        any::<bool>(),
    )
        .prop_map(|(max_age, band, since, max_lifetime, min_remaining, required)| Policy {
            max_age,
            warn_before: band.map(|band| vec![band]),
            changed_since: since.map(hour),
            expiry: Some(ExpiryPolicy {
                required: Some(required),
                max_lifetime,
                min_remaining,
            }),
            ..Policy::default()
        })
}

proptest! {
    /// A verdict about an interval holds for every instant in it; and where instants differ, it is unknown.
    #[test]
    fn an_interval_is_judged_as_its_instants(policy in policies(), ends in (0_i64..600, 0_i64..600), expires in proptest::option::of(0_i64..900)) {
        let now = hour(0);
        let (from, to) = (-ends.0.max(ends.1), -ends.0.min(ends.1));
        let expires = expires.map_or(Expiry::Unknown, |hours| Expiry::At(hour(hours)));
        let whole = verdict(&policy, &[piece(Rank::Store, Interval::between(Some(hour(from)), Some(hour(to))), expires)], now);
        let instants: Vec<Verdict> = (from..=to).map(|at| verdict(&policy, &[piece(Rank::Store, Interval::exact(hour(at)), expires)], now)).collect();
        match whole {
            Verdict::Current => prop_assert!(instants.iter().all(is_current)),
            Verdict::DueSoon { .. } => prop_assert!(instants.iter().all(is_kept)),
            Verdict::Overdue { .. } => prop_assert!(instants.iter().all(is_overdue)),
            Verdict::Expired => prop_assert!(instants.iter().all(is_expired)),
            Verdict::Unknown => {
                let overdue = instants.iter().filter(|verdict| is_overdue(verdict)).count();
                let open = instants.contains(&Verdict::Unknown);
                prop_assert!(open || overdue < instants.len());
            }
            Verdict::Conflict | Verdict::Unregulated => prop_assert!(false, "{whole:?}"),
        }
    }

    /// More evidence never turns what was certain into its contrary, but into a conflict.
    #[test]
    fn evidence_only_narrows(policy in policies(), a in (0_i64..600, 0_i64..600), b in (0_i64..600, 0_i64..600), rank in 0..8_usize) {
        let now = hour(0);
        let interval = |ends: (i64, i64)| Interval::between(Some(hour(-ends.0.max(ends.1))), Some(hour(-ends.0.min(ends.1))));
        let first = piece(Rank::Issuer, interval(a), Expiry::Unknown);
        let second = piece(Rank::ALL[rank], interval(b), Expiry::Unknown);
        let (alone, both) = (verdict(&policy, std::slice::from_ref(&first), now), verdict(&policy, &[first, second], now));
        match alone {
            Verdict::Current | Verdict::DueSoon { .. } => prop_assert!(is_kept(&both) || both == Verdict::Conflict, "{alone:?} {both:?}"),
            Verdict::Overdue { .. } => prop_assert!(is_overdue(&both) || both == Verdict::Conflict, "{alone:?} {both:?}"),
            _ => {}
        }
    }

    /// The order in which evidence is given means nothing.
    #[test]
    fn order_means_nothing(policy in policies(), pieces in proptest::collection::vec((0..8_usize, 0_i64..600, 0_i64..600), 0..5)) {
        let now = hour(0);
        let mut pieces: Vec<Evidence> = pieces
            .into_iter()
            .map(|(rank, a, b)| piece(Rank::ALL[rank], Interval::between(Some(hour(-a.max(b))), Some(hour(-a.min(b)))), Expiry::Unknown))
            .collect();
        // One piece a rank: of equals the first stands, as in the text.
        pieces.sort_by_key(|piece| piece.rank);
        pieces.dedup_by_key(|piece| piece.rank);
        let forward = verdict(&policy, &pieces, now);
        pieces.reverse();
        prop_assert_eq!(forward, verdict(&policy, &pieces, now));
    }
}
