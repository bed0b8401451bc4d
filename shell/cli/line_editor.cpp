// Reading lines; RUNQUEUE_EDITLINE says that libedit's readline interface may be used.
#include "cli/line_editor.hpp"

#include "console/console.hpp"

#include <unistd.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef RUNQUEUE_EDITLINE
#include <editline/readline.h>
#endif

namespace rq::cli {

#ifdef RUNQUEUE_EDITLINE
namespace {

const console::Console* completing = nullptr;

/// One of the completions after another, each in memory that the library frees.
char* next_completion(const char* word, int state) {
    static std::vector<std::string> found;
    static std::size_t at = 0;
    if (state == 0) {
        at = 0;
        std::string line(rl_line_buffer, static_cast<std::size_t>(rl_point));
        found = completing->complete(line);
        (void)word;
    }
    return at < found.size() ? strdup(found[at++].c_str()) : nullptr;
}

char** complete(const char* word, int, int) {
    rl_attempted_completion_over = 1;
    return rl_completion_matches(word, next_completion);
}

}  // namespace
#endif

LineEditor::LineEditor(const console::Console& shell) : terminal_(isatty(0) && isatty(1)) {
#ifdef RUNQUEUE_EDITLINE
    completing = &shell;
    rl_attempted_completion_function = complete;
#else
    (void)shell;
#endif
}

LineEditor::~LineEditor() = default;

bool LineEditor::read(const std::string& prompt, std::string& line) {
    line.clear();
#ifdef RUNQUEUE_EDITLINE
    if (terminal_) {
        char* typed = readline(prompt.c_str());
        if (!typed) return false;
        line = typed;
        if (!line.empty()) add_history(typed);
        std::free(typed);
        return true;
    }
#endif
    if (terminal_) {
        std::fwrite(prompt.data(), 1, prompt.size(), stdout);
        std::fflush(stdout);
    }
    bool any = false;
    for (int c = std::getchar(); c != EOF; c = std::getchar()) {
        any = true;
        if (c == '\n') return true;
        line += static_cast<char>(c);
    }
    return any;
}

}  // namespace rq::cli
