// Files by path: those of the simulated kernel, and the user's own, which are written by > and read
// by the commands. The user's own are no part of the simulated state: going back does not undo
// them.
#pragma once

#include "session/session.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rq::console {

/// The directory in which the console starts.
inline constexpr const char* home_directory = "/root";

/// What `ls -l` shows of a path.
struct Entry {
    std::string name;
    char kind = '-';  ///< - file, d directory, l link
    u32 mode = 0644;  ///< permission bits
    u32 links = 1;
    u64 size = 0;
    std::string target;  ///< of a link
};

class Files {
public:
    explicit Files(Session& session);

    /// Absolute, without "." and "..".
    static std::string absolute(std::string_view directory, std::string_view path);
    /// The text of a file as the task reads it; 0 or -errno.
    s32 read(TaskId reader, const std::string& path, std::string& text) const;
    /// Puts a text into a file, or behind what it has; files of the kernel take it as one write().
    s32 write(TaskId writer, const std::string& path, std::string_view text, bool append);
    s32 make_directory(TaskId who, const std::string& path);
    s32 remove_directory(TaskId who, const std::string& path);
    s32 remove(TaskId who, const std::string& path);
    /// lstat() of a path.
    s32 info(TaskId reader, const std::string& path, Entry& entry) const;
    /// What is in a directory, by name.
    s32 list(TaskId reader, const std::string& path, std::vector<Entry>& entries) const;
    bool is_directory(TaskId reader, const std::string& path) const;

private:
    Session& session_;
    std::map<std::string, std::string> texts_;
    std::map<std::string, bool> directories_;
};

}  // namespace rq::console
