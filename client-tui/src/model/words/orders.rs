//! What operators order, and what is told of it.

use kpl_shared::protocol::Notice;

use crate::model::{text::clean, words::Language};

impl Language {
    /// What an operator did, from its code; `None` for what is not told so.
    pub fn ordered(self, notice: &Notice, until: Option<&str>) -> Option<String> {
        let name = clean::name(notice.name.as_deref().unwrap_or_default(), 64);
        let by = notice.by.as_ref().map_or_else(|| self.the_server(), |by| clean::name(by, 64));
        let seconds = notice.seconds.unwrap_or_default();
        let said = match (notice.code.as_str(), until) {
            ("kick", _) => self.was_kicked(&name, &by),
            ("ban", None) => self.was_banned(&name, &by),
            ("ban", Some(until)) => self.was_banned_until(&name, &by, until),
            ("unban", _) => self.was_unbanned(&name, &by),
            ("mute", None) => self.was_muted(&name, &by),
            ("mute", Some(until)) => self.was_muted_until(&name, &by, until),
            ("unmute", _) => self.was_unmuted(&name, &by),
            ("slow", _) if seconds == 0 => self.is_slow_no_longer(&by),
            ("slow", _) => self.is_slow(&by, seconds),
            ("release", _) => self.was_released(&name, &by),
            ("op", _) => self.was_opped(&name, &by),
            ("deop", _) => self.was_deopped(&name, &by),
            ("announce", _) => {
                return Some(self.announced(&by, &clean::sentence(&notice.text)));
            }
            _ => return None,
        };
        let reason = clean::sentence(notice.reason.as_deref().unwrap_or_default());
        if reason.is_empty() {
            return Some(said);
        }
        Some(match self {
            Self::En => format!("{said}: {reason}"),
            Self::Zh => format!("{said}：{reason}"),
        })
    }
}

words! {
    help_orders(): "For operators", "管理员命令";
    help_kick(): "sends somebody out", "请出某人";
    help_ban(): "keeps somebody out, for a time such as 10m, 2h or 7d, or until /unban", "禁止某人进入，可给时长如 10m、2h、7d，不给则直到 /unban";
    help_unban(): "lets somebody in again", "允许某人再次进入";
    help_bans(): "says who is kept out, and who may not speak", "列出被禁止进入和被禁言的人";
    help_mute(): "lets somebody read but not speak", "禁言";
    help_unmute(): "lets somebody speak again", "解除禁言";
    help_slow(): "lets each speak once in so many seconds; 0 ends it", "慢速：每人每隔若干秒发一条；0 取消";
    help_release(): "takes a name from its owner, so that another key can claim it", "收回名字，让别的密钥可以认领";
    help_announce(): "says something to everyone, as the server", "向所有人公告";
    help_invite(): "makes an invite: a link that lets in one, or so many, for a week or so long", "生成邀请链接：可让一人或若干人进入，有效一周或给定时长";
    help_invites(): "says which invites there are", "列出邀请";
    help_uninvite(): "takes an invite back, and with it those whom it let in", "收回邀请，以及由它进入的人的权限";
    help_op(): "makes the owner of a name an operator", "任命为管理员";
    help_deop(): "makes them one no longer", "撤销管理员";
    form_why(): "NAME [REASON]", "名字 [原因]";
    form_while(): "NAME [TIME] [REASON]", "名字 [时长] [原因]";
    form_seconds(): "SECONDS", "秒数";
    form_many(): "[COUNT] [TIME]", "[人数] [时长]";
    form_number(): "NUMBER", "编号";

    order_needs_a_link(): "only a server that is connected can do that", "连接到服务器后才能这样做";
    order_wrong(): "write a number of seconds, such as 30, or 0 to end it", "请写秒数，例如 30；写 0 取消";
    order_done(what: &str): "{what}: done", "{what}：完成";
    nobody_is_banned(): "nobody is kept out, and everyone may speak", "没有人被禁止进入或禁言";
    sanctions(): "Kept out, or not to speak", "禁止进入和禁言";
    is_banned(): "kept out", "禁止进入";
    is_muted(): "not to speak", "禁言";
    until(when: &str): "until {when}", "到 {when}";
    until_lifted(): "until it is lifted", "直到解除";
    by(who: &str): "by {who}", "由 {who}";

    was_kicked(name: &str, by: &str): "{by} sent {name} out", "{by} 请出了 {name}";
    was_banned(name: &str, by: &str): "{by} keeps {name} out", "{by} 禁止 {name} 进入";
    was_banned_until(name: &str, by: &str, until: &str): "{by} keeps {name} out until {until}", "{by} 禁止 {name} 进入，直到 {until}";
    was_unbanned(name: &str, by: &str): "{by} lets {name} in again", "{by} 允许 {name} 再次进入";
    was_muted(name: &str, by: &str): "{by} lets {name} read but not speak", "{by} 禁止 {name} 发言";
    was_muted_until(name: &str, by: &str, until: &str): "{by} lets {name} read but not speak until {until}", "{by} 禁止 {name} 发言，直到 {until}";
    was_unmuted(name: &str, by: &str): "{by} lets {name} speak again", "{by} 允许 {name} 再次发言";
    is_slow(by: &str, seconds: u64): "{by} makes the room slow: one line each in {seconds} s", "{by} 开启了慢速：每人每 {seconds} 秒一条";
    is_slow_no_longer(by: &str): "{by} ends the slow mode", "{by} 取消了慢速";
    was_released(name: &str, by: &str): "{by} releases the name {name}", "{by} 收回了名字 {name}";
    was_opped(name: &str, by: &str): "{by} makes {name} an operator", "{by} 任命 {name} 为管理员";
    was_deopped(name: &str, by: &str): "{name} is an operator no longer, by {by}", "{by} 撤销了 {name} 的管理员";
    announced(by: &str, text: &str): "announcement by {by}: {text}", "{by} 公告：{text}";
    invite_wrong(): "write how many and how long, such as /invite 5 2d, or nothing for one and a week", "请写人数和时长，例如 /invite 5 2d；不写则一人、一周";
    uninvite_wrong(): "write the number of an invite, as /invites tells it", "请写邀请的编号，见 /invites";
    invite_made(): "An invite", "邀请";
    invite_link(): "Link", "链接";
    invite_holds(): "Lets in", "可进入";
    invite_used(used: u64, uses: u64): "{used} of {uses} have come", "已进入 {used}/{uses} 人";
    invite_back(): "Taken back by", "收回用";
    invite_mind(): "Mind", "注意";
    invite_here(): "this address leads to this very machine; others need the one they reach it at, with the same from /# on", "这是本机地址；请换成别人能访问的地址，/# 之后不变";
    invite_bearer(): "whoever has the link can use it: give it to nobody else", "拿到链接的人都能用：不要给别人";
    invite_address(): "Address", "地址";
    invites(): "Invites", "邀请";
    no_invites(): "there are no invites", "没有邀请";

    an_operator(): "operator", "管理员";
    asked_order(): "the order", "命令";
    the_server(): "the server", "服务器";

    invite_over(): "the invite has let in all that it may, or its time is over; ask for another", "邀请已用完或已过期；请再要一个";
    not_operator(): "only operators may do that", "只有管理员可以这样做";
    not_found(): "nothing of the sort is known of that name", "没有这个人，或没有这样的记录";
    is_protected(): "that is an operator; /deop first", "对方是管理员；请先 /deop";
    kicked(): "an operator sent you out", "管理员请你离开了";
    muted(): "you may not speak now", "你被禁言了";
}
