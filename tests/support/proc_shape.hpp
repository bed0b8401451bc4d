// What two texts of /proc have in common when their values differ: their shape, keys and columns.
#pragma once

#include "support/paths.hpp"

#include <cctype>
#include <string>
#include <vector>

namespace support {

/// A recorded file of tests/unit/view/proc.
inline std::string sample(const char* name) {
    return read_file(source_path(std::string("tests/unit/view/proc/") + name));
}

/// A text with every number replaced by #, and the blanks before a right-aligned one dropped.
inline std::string shape(const std::string& text) {
    std::string out;
    auto hex = [](char ch) { return (ch >= '0' && ch <= '9') || (ch >= 'a' && ch <= 'f'); };
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool word = i > 0 && (std::isalpha(static_cast<unsigned char>(text[i - 1])) ||
                              text[i - 1] == '_');
        std::size_t end = i;
        while (end < text.size() && hex(text[end])) ++end;
        bool letter = end < text.size() && std::isalpha(static_cast<unsigned char>(text[end]));
        bool digits = false;
        for (std::size_t k = i; k < end; ++k) digits |= text[k] >= '0' && text[k] <= '9';
        if (end > i && !word && !letter && digits) {
            while (!out.empty() && (out.back() == ' ' || out.back() == '-')) out.pop_back();
            out += '#';
            i = end - 1;
        } else {
            out += text[i];
        }
    }
    return out;
}

inline std::vector<std::string> words(const std::string& text) {
    std::vector<std::string> all{""};
    for (char ch : text) {
        if (ch == ' ' || ch == '\n')
            all.emplace_back();
        else
            all.back() += ch;
    }
    return all;
}

/// The keys of "key: value" lines.
inline std::string keys(const std::string& text) {
    std::string out;
    std::size_t begin = 0;
    while (begin < text.size()) {
        std::size_t end = text.find('\n', begin);
        std::string line = text.substr(begin, end - begin);
        out += line.substr(0, line.find(':')) + "\n";
        begin = end + 1;
    }
    return out;
}

inline void replace(std::string& text, const std::string& from, const std::string& to) {
    for (std::size_t at; (at = text.find(from)) != std::string::npos;)
        text.replace(at, from.size(), to);
}

/// Every line's length, and where in it numbers end: what fixed columns leave equal.
inline std::string columns(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        bool digit = std::isdigit(static_cast<unsigned char>(text[i])) != 0;
        bool last = digit && (i + 1 == text.size() ||
                              !std::isdigit(static_cast<unsigned char>(text[i + 1])));
        out += last ? '#' : digit ? ' ' : text[i];
    }
    return out;
}

/// The lines that begin with one of the keys, or all others.
inline std::string lines_of(const std::string& text, const std::string& key, bool with) {
    std::string out;
    for (std::size_t begin = 0; begin < text.size();) {
        std::size_t end = text.find('\n', begin);
        if (end == std::string::npos) end = text.size() - 1;
        std::string line = text.substr(begin, end - begin + 1);
        if ((line.find(key) != std::string::npos) == with) out += line;
        begin = end + 1;
    }
    return out;
}

}  // namespace support
