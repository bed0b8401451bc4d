// What a command line says: words, redirections, pipelines and lists, as the shell's grammar has
// them (POSIX 2.10). Kept: quotes, $…, pipes, ; & && ||, here-documents, for, while, until, if,
// groups, subshells, comments. Left out: functions, case.
#pragma once

#include "base/types.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rq::console {

struct Redirect {
    enum class Kind : u8 {
        read,    ///< <
        write,   ///< >
        append,  ///< >>
        same,    ///< 2>&1: target is the other descriptor
        here,    ///< <<: target is the text itself
        words,   ///< <<<: target is a word
    } kind = Kind::write;
    u32 fd = 1;
    std::string target;    ///< not yet expanded
    bool literal = false;  ///< here-document whose delimiter was quoted

    /// Something is read, as against written.
    bool reads() const {
        return kind == Kind::read || kind == Kind::here || kind == Kind::words;
    }
};

/// A command of a pipeline. Words are as written; expansion comes when it is executed.
struct Command {
    enum class Kind : u8 {
        simple,
        for_loop,
        while_loop,
        if_clause,
        group,     ///< { … }
        subshell,  ///< ( … )
    } kind = Kind::simple;
    /// Of an if: what is asked, and what is done then; nothing is asked by `else`.
    struct Arm {
        std::string condition;
        std::string body;
    };
    std::vector<std::string> words;  ///< for: the list behind `in`
    std::vector<Redirect> redirects;
    std::string variable;   ///< for
    std::string condition;  ///< while: its text
    std::string body;       ///< of a loop or a group: its text
    std::vector<Arm> arms;  ///< if
    bool until = false;     ///< while: the other way round
};

struct Pipeline {
    std::vector<Command> commands;
    bool negated = false;
    bool timed = false;
    std::string text;  ///< as written, for the table of jobs
};

/// How a pipeline is joined to what follows.
enum class Then : u8 { always, if_ok, if_failed, background };

struct Item {
    Pipeline pipeline;
    Then then = Then::always;
};

struct Parsed {
    std::vector<Item> list;
    std::string error;        ///< empty, or what bash would say
    bool incomplete = false;  ///< an open quote, loop or here-document: more lines are needed
};

Parsed parse(std::string_view text);
/// while :; do :; done, in each of its forms: it computes for ever and does nothing else.
bool computes_for_ever(const Command& command);

bool is_digit(char c);
/// Of a name: an underscore is one.
bool is_letter(char c);
/// True for a name that may be assigned to: letters, digits, underscores, no digit first.
bool is_name(std::string_view text);
/// The end of the $(…), ${…} or $name at `at` (which is a '$'); npos when it is not closed.
std::size_t dollar_end(std::string_view text, std::size_t at);
/// The end of the quoted part that begins at `at` (a quote), behind the closing one; npos = open.
std::size_t quote_end(std::string_view text, std::size_t at);

/// The end of what is quoted, escaped or stands for something else at `at`, as above; where there
/// is nothing of that kind, one character further.
std::size_t part_end(std::string_view text, std::size_t at);

}  // namespace rq::console
