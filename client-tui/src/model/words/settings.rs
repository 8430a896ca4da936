//! What is wrong with the settings file: where, and how it is written instead.

words! {
    file_saved(): "The settings of kpl-chat, in TOML. A line without its first # counts.", "kpl-chat 的配置（TOML）。去掉行首的 # 即可生效。";
    entry_name(): "Your name", "你的名字";
    entry_url(): "The server's address", "服务器地址";
    entry_theme(): "The colours: \"dark\", \"light\", \"contrast\" or \"16\"; or a table [theme] with a name and colours of your own", "配色：\"dark\"、\"light\"、\"contrast\" 或 \"16\"；也可写 [theme] 表，给出名字和自己的颜色";
    entry_people(): "Whether those who are here are listed at the right: \"auto\" where there is room, \"on\" or \"off\"", "是否在右侧显示成员列表：\"auto\" 窗口够宽时显示、\"on\" 显示、\"off\" 不显示";
    entry_links(): "Whether links can be clicked in the terminal: \"auto\" where it is known to understand them, \"on\" or \"off\"", "链接是否可以在终端里点击：\"auto\" 已知终端支持时、\"on\" 可以、\"off\" 不可以";
    entry_vi(): "Whether the keys of vi edit", "是否使用 vi 按键编辑";
    entry_keys(actions: &str): "What keys do on the screen, one of: {actions}, none", "按键在界面上的动作，可选：{actions}、none（不绑定）";

    file_missing(path: &str): "there is no file {path}", "没有 {path} 这个文件";
    file_unreadable(path: &str, why: &str): "cannot read {path}: {why}", "无法读取 {path}：{why}";
    file_wrong(path: &str, line: usize, why: &str): "{path}: line {line}: {why}", "{path}：第 {line} 行：{why}";
    file_no_toml(why: &str): "this is no TOML ({why})", "不符合 TOML 格式（{why}）";
    file_unknown_key(key: &str, known: &str): "nobody knows the key `{key}`; there are {known}", "没有 `{key}` 这个键；可用的有 {known}";
    file_not_text(key: &str): "`{key}` is a text: write it in quotes", "`{key}` 是文本：请写在引号里";
    file_not_bool(key: &str): "`{key}` is true or false", "`{key}` 只能是 true 或 false";
    file_no_table(key: &str): "`{key}` is a table: [{key}]", "`{key}` 是表，写作 [{key}]";
    file_no_action(key: &str): "`{key}` is bound to the name of an action", "`{key}` 应绑定到一个动作的名字";
    file_no_colours(key: &str): "`{key}` is a list of colours: [\"#ffaf87\", \"cyan\"]", "`{key}` 是颜色列表，例如 [\"#ffaf87\", \"cyan\"]";
    file_no_theme(known: &str): "nobody knows that theme; there are {known}", "没有这个主题；可用的有 {known}";
    file_no_ink(key: &str, known: &str): "a theme has no `{key}`; it has {known}", "主题里没有 `{key}`；可用的有 {known}";

    no_key(written: &str): "no key is called {written:?}; keys are written like \"ctrl-a\", \"alt-enter\", \"f1\", \"pageup\"", "没有叫 {written:?} 的按键；按键写作 \"ctrl-a\"、\"alt-enter\"、\"f1\"、\"pageup\"";
    no_action(written: &str, known: &str): "no action is called {written:?}; the actions are {known}, and none", "没有叫 {written:?} 的动作；动作有 {known}，以及 none（不绑定）";
    key_types(key: &str): "{key} types itself; bind a key with ctrl or alt, or one that types nothing", "{key} 用来输入文字；请绑定带 ctrl 或 alt 的按键，或不输入文字的按键";
    no_colour(written: &str, known: &str): "{written:?} is no colour: write \"#rrggbb\", a number up to 255, or one of {known}", "{written:?} 不是颜色：请写 \"#rrggbb\"、不超过 255 的数字，或 {known} 之一";
}
