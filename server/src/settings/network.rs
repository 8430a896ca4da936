//! Who may connect, from where and how often.

use clap::{Args, builder::BoolishValueParser};

use crate::policy::{
    address::Network,
    crowd::{Most, Opening},
    origin::Origin,
};

/// Who may connect, from where and how often.
#[derive(Debug, Clone, Args)]
pub struct NetworkSettings {
    /// How many connections an address may have at once, or off; a network of IPv6 (/64) counts as
    /// one address, and this machine is not counted
    #[arg(long, env = "KPL_ADDRESS_CONNECTIONS", value_name = "COUNT", default_value = "16")]
    pub address_connections: Most,

    /// How many connections an address may open anew: `COUNT,SECONDS` or off
    #[arg(long, env = "KPL_ADDRESS_NEW", value_name = "PACE", default_value = "32,600")]
    pub address_new: Opening,

    /// Count the connections of this machine's own address, too
    #[arg(long, env = "KPL_LIMIT_LOOPBACK", value_name = "BOOL", num_args = 0..=1,
          require_equals = true, default_missing_value = "true", default_value = "false",
          hide_default_value = true, hide_possible_values = true,
          value_parser = BoolishValueParser::new())]
    pub limit_loopback: bool,

    /// How many connections there may be in all; never more than there are open files for
    #[arg(long, env = "KPL_MAX_CONNECTIONS", value_name = "COUNT", default_value_t = 16_384, value_parser = count)]
    pub max_connections: usize,

    /// How many connections there may be that have asked for nothing yet; where there are more, the
    /// oldest is cut
    #[arg(long, env = "KPL_MAX_HANDSHAKES", value_name = "COUNT", default_value_t = 2048, value_parser = count)]
    pub max_handshakes: usize,

    /// Believe this proxy, or the proxies of this network, when it says for whom it asks
    /// (X-Forwarded-For); may be given several times, or as a list with commas
    #[arg(long, env = "KPL_TRUSTED_PROXY", value_name = "ADDRESS|NETWORK", value_delimiter = ',')]
    pub trusted_proxy: Vec<Network>,

    /// Let web pages of this origin reach the room, too, and take its host for one of this
    /// server's; may be given several times, or as a list with commas
    #[arg(long, env = "KPL_ORIGIN", value_name = "SCHEME://HOST[:PORT]", value_delimiter = ',')]
    pub origin: Vec<Origin>,
}

fn count(text: &str) -> Result<usize, String> {
    let count = text.parse().ok().filter(|count| (1..=1_000_000).contains(count));
    count.ok_or_else(|| "write a number from 1 to 1000000".into())
}
