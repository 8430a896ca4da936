//! Whether the server is the one that is meant, and whether others can read along.

use crate::model::words::Language;

/// Why a certificate is not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// Nobody but the server itself vouches for it.
    SelfSigned,
    /// Nobody knows the authority that issued it.
    UnknownAuthority,
    /// It is for another host.
    OtherHost,
    /// It has run out.
    Expired,
    /// It begins to hold later, by this machine's clock.
    Early,
    /// There is none.
    Absent,
    /// What the system's TLS says, for which nobody else has words.
    Other(String),
}

impl Doubt {
    /// A few words, to stand in a sentence.
    pub fn words(&self, language: Language) -> String {
        match self {
            Self::SelfSigned => language.doubt_self_signed(),
            Self::UnknownAuthority => language.doubt_unknown_authority(),
            Self::OtherHost => language.doubt_other_host(),
            Self::Expired => language.doubt_expired(),
            Self::Early => language.doubt_early(),
            Self::Absent => language.doubt_absent(),
            Self::Other(said) => said.clone(),
        }
    }
}

words! {
    // What is wrong with a certificate.
    doubt_self_signed(): "it is self-signed", "它是自签名的";
    doubt_unknown_authority(): "the authority that issued it is not known here", "此处不认识签发它的证书机构";
    doubt_other_host(): "it is for another host", "它属于别的主机";
    doubt_expired(): "it has expired", "它已过期";
    doubt_early(): "by this machine's clock it is not valid yet", "按本机时钟，它尚未生效";
    doubt_absent(): "there is none", "没有出示证书";

    // Why there is no link.
    untrusted(at: &str, cause: &str, shown: &str): "the certificate of {at} cannot be trusted ({cause}); ask whoever runs the server, by another way, for its SHA-256 fingerprint, and if it is this one, start with --fingerprint {shown}; if they have an authority of their own, start with --ca-cert FILE", "{at} 的证书不可信（{cause}）；请通过其他途径向管理员核对 SHA-256 指纹，如果一致，请用 --fingerprint {shown} 启动；如果对方有自己的证书机构，请用 --ca-cert 文件 启动";
    untrusted_unseen(at: &str, cause: &str): "the certificate of {at} cannot be trusted ({cause}); ask whoever runs the server for its fingerprint and start with --fingerprint SHA256, or for the certificate of their authority and start with --ca-cert FILE", "{at} 的证书不可信（{cause}）；请向管理员索取证书指纹并用 --fingerprint SHA256 启动，或索取其证书机构的证书并用 --ca-cert 文件 启动";
    other_certificate(at: &str, shown: &str): "{at} shows another certificate than the one that you trust: somebody may be in between, and nothing was sent; but if whoever runs the server tells you, by another way, that they made a new one with this fingerprint, start with --fingerprint {shown}", "{at} 出示的证书不是你信任的那一张：中间可能有人冒充，因此没有发送任何内容；如果管理员通过其他途径告诉你确实换了这个指纹的新证书，请用 --fingerprint {shown} 启动";
    unpinnable(at: &str, cause: &str): "the certificate of {at} has the fingerprint that you trust, but cannot be taken by that alone ({cause}); if an authority issued it, start with --ca-cert FILE, the certificate of the authority", "{at} 的证书指纹与你信任的一致，但不能只凭指纹接受（{cause}）；如果它由证书机构签发，请用 --ca-cert 文件（该机构的证书）启动";
    speaks_tls(at: &str, rather: &str): "{at} speaks TLS: write {rather}", "{at} 使用 TLS：请写 {rather}";
    speaks_plain(at: &str, rather: &str): "{at} speaks no TLS; if it is meant to, somebody may be in between; if it is not, write {rather}, which others on the way can read", "{at} 没有使用 TLS；如果它本应加密，中间可能有人作怪；如果它本来就不加密，请写 {rather}（途中可能被窃听）";
    no_tls(at: &str, cause: &str): "no TLS could be agreed on with {at} ({cause}); check the address", "与 {at} 无法建立 TLS（{cause}）；请检查地址";

    // On the screen.
    distrusted(): "not trusted", "证书不可信";
    not_trusted(why: &str, remedy: &str): "not connected: {why}. {remedy}", "未连接：{why}。{remedy}";
    readable(at: &str): "nothing on the way to {at} is encrypted: others there can read what is said, and take the key that proves your name; ask for an address with https://", "到 {at} 的途中没有加密：别人能看到所说的话，也能窃取证明你名字的密钥；请向管理员要 https:// 的地址";

    // The settings.
    fingerprint_wrong(given: &str): "{given:?} is no fingerprint: write the 64 hex digits of the SHA-256 of the server's certificate, with or without colons", "{given:?} 不是证书指纹：请写服务器证书 SHA-256 的 64 位十六进制数，有没有冒号都行";
    fingerprint_plain(at: &str): "a fingerprint belongs to a server that speaks TLS, and {at} is not dialled so; write https:// before the address", "指纹用于使用 TLS 的服务器，而 {at} 不是；请在地址前写 https://";
    authority_none(path: &str): "{path} holds no certificate in PEM, as `-----BEGIN CERTIFICATE-----` begins one", "{path} 里没有 PEM 格式的证书（以 `-----BEGIN CERTIFICATE-----` 开头）";
    flag_ca_cert(): "Trust the authorities in this PEM file, instead of this machine's", "只信任这个 PEM 文件里的证书机构，而不是本机的";
    flag_fingerprint(): "Trust only the certificate with this SHA-256 fingerprint, whoever issued it; counts over --ca-cert", "只信任 SHA-256 指纹为此值的证书；优先于 --ca-cert";

    // The doctor.
    doc_encrypted_pinned(): "the certificate is the one with your fingerprint", "证书与你给的指纹一致";
}
