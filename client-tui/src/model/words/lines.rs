//! What is said in plain lines alone, where a screen shows it otherwise.

words! {
    names_you(): "names you", "提到你";
    spoken_now(): "English from here on", "从现在起使用中文";
    nothing_to_copy(): "lines that are printed are copied in the terminal", "已经打印的内容请在终端里复制";
    nothing_to_clear(): "lines that are printed cannot be cleared", "已经打印的内容无法清除";

    hits_more(first: usize, last: usize): "hits {first} to {last}, the newest last; /search alone shows older ones", "第 {first} 至 {last} 条结果，最新的在最后；单独输入 /search 查看更早的";
    hits_all(first: usize, last: usize): "hits {first} to {last}, the newest last; there are no older ones", "第 {first} 至 {last} 条结果，最新的在最后；没有更早的了";
    hit_last(at: usize): "hit {at}; there are no older ones", "第 {at} 条结果；没有更早的了";
    hits_none_yet(): "nothing found so far; /search alone looks further back", "暂时没有找到；单独输入 /search 继续往前找";
    hits_no_more(): "there are no older hits", "没有更早的结果了";
}
