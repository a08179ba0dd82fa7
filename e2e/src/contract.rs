//! The contract proxy between an operator and its simulated AWS, where `SLUICE_CONTRACT_PROXY` names one: it holds every
//! message against the service models that botocore ships. `e2e/simulated-aws/contract.sh` starts it and judges.

use std::net::SocketAddr;

use crate::error::{Error, Result};
use crate::http;

/// Names the address of a running proxy, such as `http://127.0.0.1:4567`.
const PROXY: &str = "SLUICE_CONTRACT_PROXY";

/// The address at which the operator reaches its simulated AWS: through the proxy, where there is one.
pub(crate) fn endpoint_of(simulator: SocketAddr) -> Result<String> {
    let Ok(proxy) = std::env::var(PROXY) else {
        return Ok(format!("http://{simulator}"));
    };
    let address: SocketAddr = proxy
        .trim_start_matches("http://")
        .parse()
        .map_err(|_| Error::new(format!("{PROXY} is {proxy:?}: write http://HOST:PORT")))?;
    let answer = http::get(address, &format!("/_contract/open/{simulator}"))?.good()?.json()?;
    answer["url"].as_str().map(str::to_owned).ok_or_else(|| Error::new(format!("no tunnel: {answer}")))
}
