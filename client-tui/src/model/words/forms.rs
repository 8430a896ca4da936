//! What commands and flags take, as it stands in the place of it.

words! {
    form_name(): "NAME", "名字";
    form_action(): "ACTION", "动作";
    form_theme(): "THEME", "配色";
    form_minutes(): "MINUTES", "分钟数";
    form_words(): "WORDS", "词语";
    form_address(): "URL", "地址";
    form_room(): "ROOM", "房间";
    form_file(): "FILE", "文件";
    form_text(): "TEXT", "内容";
    form_place(): "N", "序号";
    form_path(): "PATH", "路径";
    form_place_and_folder(): "[N] [FOLDER]", "[序号] [文件夹]";
    form_count(): "N", "条数";
}
