use super::policy::Decision;
use super::{Policies, PolicyContext};

/// One `#[authorize]`: all that it names must hold, and the user must be known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Requirement {
    /// A role that the user must have.
    pub role: Option<&'static str>,
    /// A policy that must agree.
    pub policy: Option<&'static str>,
}

/// What became of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::server) enum Verdict {
    Allowed,
    /// Nobody is known.
    Anonymous,
    /// The user is known and may not.
    Forbidden,
}

/// A check under way: what is left are the policies' answers.
///
/// It borrows nothing, so that a call's arguments need not be shared while policies decide.
pub(in crate::server) struct Check(Result<Vec<Decision>, Verdict>);

impl Requirement {
    /// Begins to check all requirements; the first that fails decides.
    pub(in crate::server) fn check_all(
        requirements: &[Self],
        policies: &Policies,
        context: &PolicyContext<'_>,
    ) -> Check {
        let Some(principal) = context.principal() else {
            return Check(match requirements {
                [] => Ok(Vec::new()),
                _ => Err(Verdict::Anonymous),
            });
        };
        let has_roles = requirements
            .iter()
            .filter_map(|requirement| requirement.role)
            .all(|role| principal.has_role(role));
        if !has_roles {
            return Check(Err(Verdict::Forbidden));
        }
        Check(Ok(requirements
            .iter()
            .filter_map(|requirement| requirement.policy)
            .map(|policy| policies.decide(policy, context))
            .collect()))
    }
}

impl Check {
    /// Nothing is asked.
    pub(in crate::server) fn passed() -> Self {
        Self(Ok(Vec::new()))
    }

    pub(in crate::server) async fn verdict(self) -> Verdict {
        match self.0 {
            Err(verdict) => verdict,
            Ok(decisions) => {
                for decision in decisions {
                    if !decision.await {
                        return Verdict::Forbidden;
                    }
                }
                Verdict::Allowed
            }
        }
    }
}
