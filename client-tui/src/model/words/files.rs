//! What is said of files.

words! {
    // Refusals, by their code.
    file_too_large(): "the file is larger than this server takes", "文件超过服务器允许的大小";
    quota_exceeded(): "you have brought as many files as this server keeps of one", "你上传的文件已达服务器的上限";
    file_unknown(): "the server has no such file", "服务器上没有这个文件";
}
