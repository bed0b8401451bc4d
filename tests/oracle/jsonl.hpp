// Lines of JSON as the recordings use it, made flat: "thread.state" to its text.
#pragma once

#include "oracle/table.hpp"

#include <cstring>

namespace oracle {

/// Numbers and texts as written; arrays as "[1,2]".
class JsonLine {
   public:
    explicit JsonLine(const std::string& source) : s_(source) { value(""); }
    Row row;

   private:
    void skip() {
        while (at_ < s_.size() && std::strchr(" \t\r\n,:", s_[at_])) ++at_;
    }
    std::string quoted() {
        std::string out;
        for (++at_; at_ < s_.size() && s_[at_] != '"'; ++at_) out += s_[at_];
        ++at_;
        return out;
    }
    std::string bare() {
        std::size_t from = at_;
        while (at_ < s_.size() && !std::strchr(",]} \t\r\n", s_[at_])) ++at_;
        return s_.substr(from, at_ - from);
    }
    void value(const std::string& path) {
        skip();
        if (at_ >= s_.size()) return;
        if (s_[at_] == '{') {
            ++at_;
            for (skip(); at_ < s_.size() && s_[at_] != '}'; skip()) {
                std::string key = quoted();
                value(path.empty() ? key : path + "." + key);
            }
            ++at_;
        } else if (s_[at_] == '[') {
            std::string all;
            ++at_;
            for (skip(); at_ < s_.size() && s_[at_] != ']'; skip())
                all += (all.empty() ? "" : ",") + bare();
            row[path] = "[" + all + "]";
            ++at_;
        } else if (s_[at_] == '"') {
            row[path] = quoted();
        } else {
            row[path] = bare();
        }
    }
    const std::string& s_;
    std::size_t at_ = 0;
};

}  // namespace oracle
