/// Where keys can stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Hub,
    HubMethod,
    ClientInterface,
    ClientMethod,
    HubInterface,
    ContractMethod,
    Inject,
    Arg,
    OnConnected,
    OnAuthenticationRefreshed,
    OnDisconnected,
    Authorize,
}

impl Place {
    /// The attribute as the user writes it.
    pub(crate) fn attribute(self) -> &'static str {
        match self {
            Self::Hub => "`#[hub]`",
            Self::HubMethod | Self::ClientMethod | Self::ContractMethod => "`#[hub_method]`",
            Self::ClientInterface => "`#[client_interface]`",
            Self::HubInterface => "`#[hub_interface]`",
            Self::Inject => "`#[inject]`",
            Self::Arg => "`#[arg]`",
            Self::OnConnected => "`#[on_connected]`",
            Self::OnAuthenticationRefreshed => "`#[on_authentication_refreshed]`",
            Self::OnDisconnected => "`#[on_disconnected]`",
            Self::Authorize => "`#[authorize]`",
        }
    }

    /// Completes `this key belongs on ...`.
    pub(crate) fn home(self) -> &'static str {
        match self {
            Self::HubMethod => "a method of a `#[hub]` impl",
            other => other.attribute(),
        }
    }

    /// Completes `... not on ...`.
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Self::Hub => "a hub",
            Self::HubMethod => "a method",
            Self::ClientInterface => "a client interface",
            Self::ClientMethod => "a method of a client interface",
            Self::HubInterface => "a hub interface",
            Self::ContractMethod => "a method of a hub interface",
            Self::Inject | Self::Arg => "a parameter",
            Self::OnConnected | Self::OnAuthenticationRefreshed | Self::OnDisconnected => {
                "a lifecycle method"
            }
            Self::Authorize => "an authorization",
        }
    }
}
