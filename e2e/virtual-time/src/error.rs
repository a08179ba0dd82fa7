//! What can go wrong in a simulation.

/// What went wrong in a simulation.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The world of the simulation is not one.
    #[error("failed to make the simulated world: {0}")]
    World(String),
    /// A release could not begin.
    #[error("failed to begin the release of {service}: {message}")]
    Begin {
        /// Name of the service.
        service: String,
        /// Why.
        message: String,
    },
    /// AWS could not be read.
    #[error("failed to observe {service}")]
    Observe {
        /// Name of the service.
        service: String,
        /// Why.
        source: Box<sluice_aws::AwsError>,
    },
    /// A release did not end within the virtual time that it may take.
    #[error("failed to end the release of {service} in time: {message}")]
    Endless {
        /// Name of the service.
        service: String,
        /// What it waited for.
        message: String,
    },
}
