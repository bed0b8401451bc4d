// A small part of Python, enough for scripts that read /proc: assignments, for, if, with open, def,
// f-strings, split and slices. What is more is refused with its line. Computing costs the process
// CPU time, sleeping and opening are its calls.
#pragma once

#include "console/command.hpp"

namespace rq::console {

struct PyValue {
    enum class Kind : u8 { none, number, decimal, text, list } kind = Kind::none;
    s64 number = 0;  ///< decimal: thousandths; list: of a range its length, else 0
    std::string text;
    std::vector<PyValue> list;
    bool range = false;  ///< numbers 0 … number - 1, not written out
};

class Python {
public:
    Python(Run& run, std::string_view source, std::string name);
    /// Executes the script; its exit status.
    s32 all();

private:
    using Names = std::map<std::string, PyValue>;
    struct Line {
        u32 number;
        u32 indent;
        std::string text;
    };
    struct Definition {
        std::vector<std::string> parameters;
        std::size_t begin;
        std::size_t end;
    };

    bool block(std::size_t begin, std::size_t end, Names& names);
    bool statement(std::size_t& at, Names& names);
    bool for_block(std::size_t at, std::size_t end, Names& names);
    std::size_t block_end(std::size_t at) const;
    void refuse(const std::string& what);
    void raise(const std::string& what);

    // Expressions: each moves `at_` behind what it has read.
    PyValue expression(std::string_view text, Names& names);
    PyValue comparison(Names& names);
    PyValue sum(Names& names);
    PyValue product(Names& names);
    PyValue postfix(Names& names);
    PyValue atom(Names& names);
    PyValue quoted(Names& names);
    PyValue filled(const std::string& text, Names& names);
    PyValue subscript(const PyValue& of, Names& names);
    PyValue method(const PyValue& of, const std::string& name, std::vector<PyValue> a);
    PyValue call(const std::string& name, std::vector<PyValue> a, Names& names);
    PyValue open_file(const std::string& path);
    std::vector<PyValue> arguments(Names& names);
    bool take(std::string_view mark);
    void blanks();
    std::string show(const PyValue& v) const;
    void work();

    Run& run_;
    std::string name_;
    std::vector<Line> lines_;
    std::map<std::string, Definition> definitions_;
    Names globals_;
    std::string_view text_;
    std::size_t at_ = 0;
    u32 line_ = 0;
    bool stopped_ = false;
    bool returning_ = false;
    PyValue returned_;
    u64 work_ns_ = 0;
    u32 depth_ = 0;
    u64 steps_ = 0;
};

}  // namespace rq::console
