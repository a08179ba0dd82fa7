//! Sides and splits: the same words for every platform.

use jiff::SignedDuration;
use serde::Serialize;
use sluice_api::{Reason, Share};

use crate::fraction::Fraction;
use crate::observation::RouteKind;

/// The two sides of a release.
#[derive(Clone, Debug)]
pub(crate) struct Sides<'a> {
    /// What served when the Deployment began.
    pub original: Presence<'a>,
    /// What the Deployment made.
    pub replacement: Presence<'a>,
    /// How many tasks there should be in all. Owned by autoscaling and people.
    pub tasks: i32,
    /// Whether the platform takes neither of the two for the running one, but a third.
    pub has_foreign_primary: bool,
}

/// Whether a side is there.
#[derive(Clone, Debug)]
pub(crate) enum Presence<'a> {
    /// There is none, or it was not made yet.
    None,
    /// It is there, and not on its way out.
    There(Side<'a>),
    /// It is missing from one answer, which may have left it out.
    Unseen,
    /// It is on its way out, or missing from two answers in a row.
    Gone,
}

impl<'a> Presence<'a> {
    pub(crate) const fn side(&self) -> Option<&Side<'a>> {
        match self {
            Self::There(side) => Some(side),
            Self::None | Self::Unseen | Self::Gone => None,
        }
    }
}

/// One side that is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Side<'a> {
    pub id: &'a str,
    /// What receives its traffic: ARN of its target group.
    pub target: Option<&'a str>,
    /// Whether the platform itself takes it for the running one.
    pub primary: bool,
    /// Its size in percent of the whole.
    pub percent: f64,
    /// Tasks that it should have.
    pub wanted: i32,
    /// Tasks that run.
    pub running: i32,
    /// Whether the platform calls it complete and healthy.
    pub steady: bool,
    /// Whether it is another service, which something else deploys: it is never promoted, resized or deleted.
    pub is_adopted: bool,
}

/// One place at which traffic is divided: a listener rule, or a listener's default rule.
#[derive(Clone, Debug)]
pub(crate) struct Split<'a> {
    /// Its ARN.
    pub id: &'a str,
    /// Which call changes it.
    pub kind: RouteKind,
    /// How traffic is divided; none when that is not known.
    pub weights: Option<SplitWeights>,
    /// How long clients stick to the side that they were sent to first.
    pub stickiness: Option<SignedDuration>,
    /// Why it is not known what each side receives; none when it is.
    pub problem: Option<UnreadRoute>,
    /// Who else receives a share; none where the two sides have the whole of it.
    pub outsider: Option<UnreadRoute>,
}

/// The weights of one place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SplitWeights {
    /// None where the place does not name the original's side.
    pub original: Option<i32>,
    /// None where the place does not name the replacement's side.
    pub replacement: Option<i32>,
    /// Sum of all weights, those of third parties among them.
    pub total: i32,
}

/// A route that holds a release: a named one that is not read with both sides in it, or of which someone else has a share,
/// or one that is not named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct UnreadRoute {
    /// One word for it, as a preflight would refuse it.
    #[serde(serialize_with = "crate::waiting::reason_word")]
    pub reason: Reason,
    /// The route, and what is wrong with it.
    pub what: String,
    /// What to do.
    pub remedy: &'static str,
    /// Whether nobody can mend it: ARNs are never given twice, and a release keeps the ones that it began with.
    pub is_final: bool,
}

impl Side<'_> {
    /// Its size, to a tenth of a percent.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a percentage, whatever ECS says, is clamped"
    )]
    pub(crate) fn size(&self) -> Share {
        Share::from_tenths((self.percent.clamp(0.0, 100.0) * 10.0).round() as u16)
    }

    /// Whether it is asked to be smaller than this.
    pub(crate) fn is_below(&self, size: Share) -> bool {
        self.percent < size.percent()
    }

    /// Whether it is asked to be larger than this.
    pub(crate) fn is_above(&self, size: Share) -> bool {
        self.percent > size.percent()
    }
}

impl Split<'_> {
    /// Whether it names both sides, and so can take their weights.
    pub(crate) fn is_writable(&self) -> bool {
        self.weights.is_some_and(|weights| weights.original.is_some() && weights.replacement.is_some())
    }

    /// Share of the replacement; nothing where it is not known.
    pub(crate) fn share(&self) -> Fraction {
        self.weights.map_or(Fraction::NONE, |weights| Fraction::of(weights.replacement.unwrap_or(0), weights.total))
    }

    /// Share of the original; nothing where it is not known.
    pub(crate) fn original_share(&self) -> Fraction {
        self.weights.map_or(Fraction::NONE, |weights| Fraction::of(weights.original.unwrap_or(0), weights.total))
    }

    /// Whether it answers with exactly this share of the replacement, by whatever weights.
    pub(crate) fn is_at(&self, share: Share) -> bool {
        let Some(SplitWeights { original, replacement, .. }) = self.weights else { return false };
        let (original, replacement) = (original.unwrap_or(0), replacement.unwrap_or(0));
        // Within the pair: what a third group receives by someone's hand is neither asked for nor written.
        let pair = original + replacement;
        pair > 0 && Fraction::of(replacement, pair) == share.into()
    }
}
