//! What is said about being called, and about not hearing somebody.

words! {
    // The status line.
    mentions(count: u64): "{count} mention" if count == 1, else "{count} mentions", "{count} 次提到你";
    quiet(): "do not disturb", "免打扰";
    quiet_short(): "dnd", "免打扰";
    quiet_minutes(minutes: i64): "do not disturb {minutes}m", "免打扰 {minutes} 分";
    quiet_minutes_short(minutes: i64): "dnd {minutes}m", "免打扰{minutes}分";

    // The settings.
    notify_unknown(value: &str): "notify is bell, desktop, both or off, not {value:?}", "notify 只能是 bell、desktop、both 或 off，而不是 {value:?}";

    // A notice of the desktop.
    somebody_in_room(name: &str, room: &str): "{name} in #{room}", "{name} 在 #{room}";

    // What commands answer.
    quiet_now(): "nothing rings until /dnd once more", "免打扰已开启；再输入 /dnd 关闭";
    quiet_for_minutes(minutes: u32): "nothing rings for {minutes} min; /dnd ends it", "{minutes} 分钟内免打扰；输入 /dnd 提前结束";
    quiet_no_more(): "mentions ring again", "免打扰已关闭";
    quiet_so_long(minutes: u32): "for {minutes} minutes", "{minutes} 分钟";
    quiet_no_longer(): "ends it", "关闭";
    quiet_wrong(): "write it so: /dnd, or /dnd 30 for thirty minutes", "用法：/dnd，或 /dnd 30 表示三十分钟";
    ignored(name: &str): "what {name} says is hidden; /unignore {name} ends it", "{name} 的消息已隐藏；/unignore {name} 取消";
    ignored_already(name: &str): "{name} is hidden already", "{name} 的消息已经隐藏";
    ignores_oneself(): "that is you", "那是你自己";
    ignores(list: &str): "hidden: {list}", "已隐藏：{list}";
    ignores_nobody(): "nobody is hidden; /ignore NAME hides somebody", "没有隐藏任何人；/ignore 名字 可隐藏某人的消息";
    not_ignored(name: &str): "{name} was not hidden", "{name} 并没有被隐藏";
    unignored(name: &str): "what {name} says is seen again", "{name} 的消息重新显示";
    not_kept_ignored(why: &str): "who is hidden could not be kept on disk: {why}", "隐藏名单未能写入磁盘：{why}";

    help_dnd(): "rings no more, for some minutes or until /dnd again", "免打扰：不响铃、不通知；可指定分钟数，或再输入 /dnd 结束";
    help_ignore(): "hides what somebody says; alone, lists who is hidden", "隐藏某人的消息；不带名字时列出";
    help_unignore(): "shows what somebody says again", "重新显示某人的消息";
}
