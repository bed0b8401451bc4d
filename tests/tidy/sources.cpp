// Reads the source files once and takes C++ apart as far as the house rules need: comments and
// literals removed, functions found by their braces. It is no parser, and need not be.
#include "tidy/sources.hpp"

#include "support/paths.hpp"

#include <algorithm>
#include <cctype>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>

namespace tidy {

namespace fs = std::filesystem;

namespace {

bool is_cpp(const std::string& extension) { return extension == ".cpp" || extension == ".hpp"; }

std::vector<std::string> split_lines(const std::string& text) {
    std::vector<std::string> lines(1);
    for (char c : text) {
        if (c == '\n') lines.emplace_back();
        else lines.back() += c;
    }
    if (lines.back().empty()) lines.pop_back();
    return lines;
}

/// The text with comments and the insides of literals blanked; every line break stays.
std::string strip(const std::string& text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto starts = [&](const char* what) { return text.compare(i, 2, what) == 0; };
        if (starts("//")) {
            while (i < text.size() && text[i] != '\n') ++i;
            if (i < text.size()) out += '\n';
        } else if (starts("/*")) {
            const std::size_t end = std::min(text.find("*/", i + 2), text.size() - 2) + 2;
            for (; i < end; ++i)
                if (text[i] == '\n') out += '\n';
            --i;
        } else if (starts("R\"")) {
            const std::size_t open = text.find('(', i);
            const std::string close = ")" + text.substr(i + 2, open - i - 2) + "\"";
            const std::size_t end = std::min(text.find(close, open), text.size());
            out += "\"\"";
            for (; i < end; ++i)
                if (text[i] == '\n') out += '\n';
            i = end + close.size() - 1;
        } else if (text[i] == '"' || (text[i] == '\'' && (i == 0 || !std::isalnum(
                                          static_cast<unsigned char>(text[i - 1]))))) {
            const char quote = text[i];
            const std::size_t size = out.size();
            const bool include = size >= 9 && out.compare(size - 9, 9, "#include ") == 0;
            out += quote;
            for (++i; i < text.size() && text[i] != quote && text[i] != '\n'; ++i) {
                if (include) out += text[i];
                if (text[i] == '\\') ++i;
            }
            out += quote;
        } else {
            out += text[i];
        }
    }
    return out;
}

SourceFile read(const fs::path& root, const fs::path& path) {
    SourceFile file;
    file.path = fs::relative(path, root).generic_string();
    file.extension = path.extension().string();
    const std::size_t first = file.path.find('/');
    file.folder = file.path.substr(0, first);
    const std::size_t second = file.path.find('/', first + 1);
    if (second != std::string::npos) file.room = file.path.substr(first + 1, second - first - 1);
    const std::string text = support::read_file(path.string());
    file.lines = split_lines(text);
    if (is_cpp(file.extension)) file.code = split_lines(strip(text));
    return file;
}

std::vector<SourceFile> read_all() {
    static const char* const extensions[] = {".cpp", ".hpp", ".def", ".js",    ".mjs",
                                             ".css", ".py",  ".sh",  ".cmake"};
    const fs::path root = support::source_path("");
    std::vector<SourceFile> files;
    for (const char* folder : {"engine", "shell", "web", "tests", "cmake"}) {
        if (!fs::exists(root / folder)) continue;
        for (const auto& entry : fs::recursive_directory_iterator(root / folder)) {
            const std::string extension = entry.path().extension().string();
            if (entry.is_regular_file() &&
                std::find(std::begin(extensions), std::end(extensions), extension) !=
                    std::end(extensions)) {
                files.push_back(read(root, entry.path()));
            }
        }
    }
    std::sort(files.begin(), files.end(),
              [](const SourceFile& a, const SourceFile& b) { return a.path < b.path; });
    return files;
}

bool has_word(const std::string& text, const std::string& word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const auto part = [&](std::size_t i) {
            return i < text.size() && (std::isalnum(static_cast<unsigned char>(text[i])) ||
                                       text[i] == '_');
        };
        if (!part(at - 1) && !part(at + word.size())) return true;
    }
    return false;
}

/// What an opening brace opens, told from the text before it.
enum class Opens { space, function, other };
Opens opens(const std::string& head) {
    const std::size_t parenthesis = head.find('(');
    const std::size_t equals = head.find('=');
    const bool call = parenthesis != std::string::npos;
    if (!call || parenthesis > head.find("struct ")) {
        for (const char* word : {"namespace", "struct", "class", "union", "extern"})
            if (has_word(head, word) && equals == std::string::npos) return Opens::space;
    }
    if (!call || head.find("enum") == 0) return Opens::other;
    if (equals != std::string::npos && equals < parenthesis &&
        head.find("operator") == std::string::npos && head.find("template") == std::string::npos) {
        return Opens::other;
    }
    return Opens::function;
}

std::string trimmed(const std::string& text) {
    const std::size_t first = text.find_first_not_of(" \t\n");
    return first == std::string::npos ? "" : text.substr(first);
}

}  // namespace

const std::vector<SourceFile>& sources() {
    static const std::vector<SourceFile> files = read_all();
    return files;
}

bool exists(const std::string& path) { return fs::exists(support::source_path(path)); }

std::string included(const std::string& line) {
    if (line.rfind("#include \"", 0) != 0) return "";
    return line.substr(10, line.find('"', 10) - 10);
}

std::vector<Function> functions(const SourceFile& file) {
    std::vector<Function> found;
    std::vector<Opens> open;
    std::string head;
    std::size_t depth_in_function = 0;
    std::size_t start = 0;
    std::string name;
    bool directive = false;
    for (std::size_t n = 0; n < file.code.size(); ++n) {
        const std::string& line = file.code[n];
        const bool goes_on = directive && file.code[n - 1].back() == '\\';
        directive = goes_on || (!line.empty() && line[0] == '#');
        if (directive) continue;
        for (const char c : line) {
            if (c == '{') {
                const Opens kind = depth_in_function ? Opens::other : opens(trimmed(head));
                if (kind == Opens::function) {
                    start = n;
                    name = trimmed(head).substr(0, 60);
                }
                open.push_back(kind);
                if (kind == Opens::function || depth_in_function) ++depth_in_function;
                head.clear();
            } else if (c == '}') {
                if (depth_in_function && --depth_in_function == 0) {
                    found.push_back({start + 1, name, n - start + 1});
                }
                if (!open.empty()) open.pop_back();
                head.clear();
            } else if (c == ';') {
                head.clear();
            } else {
                head += c;
            }
        }
        head += '\n';
    }
    return found;
}

void complain(const SourceFile& file, std::size_t line, const std::string& sentence) {
    ADD_FAIL_CHECK_AT(file.path.c_str(), static_cast<int>(line), sentence);
}

}  // namespace tidy
