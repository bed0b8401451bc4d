// The half of the tree that the simulated kernel makes: /proc, /sys and the control groups.
#pragma once

#include "console/files.hpp"

namespace rq::console {

bool is_kernel_path(std::string_view path);
// 0 or -errno, each.
s32 kernel_read(Session& session, TaskId reader, const std::string& path, std::string& text);
s32 kernel_write(Session& session, TaskId writer, const std::string& path, std::string_view text);
/// mkdir, or else rmdir.
s32 kernel_make_directory(Session& session, TaskId who, const std::string& path, bool make);
s32 kernel_info(Session& session, TaskId reader, const std::string& path, Entry& entry);
/// By name; process numbers first and in their order.
s32 kernel_list(Session& session, TaskId reader, const std::string& path,
                std::vector<Entry>& entries);

}  // namespace rq::console
