// test and [: questions about texts, numbers and files; break and continue, which they decide.
#include "console/command.hpp"

#include <algorithm>

namespace rq::console {

namespace {

/// expression := conjunction [-o expression]; conjunction := term [-a conjunction]
class Question {
public:
    Question(Run& run, std::vector<std::string> words) : run_(run), words_(std::move(words)) {}

    bool answer() {
        if (words_.empty()) return false;
        const bool yes = any();
        if (at_ < words_.size()) misread("too many arguments");
        return yes;
    }
    std::string complaint;  ///< what is no expression, as bash says it; empty: it is one

private:
    bool misread(const std::string& what) {
        if (complaint.empty()) complaint = what;
        return false;
    }
    bool is(std::size_t at, const char* word) const {
        return at < words_.size() && words_[at] == word;
    }
    bool any() {
        bool yes = all();
        while (is(at_, "-o")) {
            ++at_;
            yes = all() || yes;
        }
        return yes;
    }
    bool all() {
        bool yes = term();
        while (is(at_, "-a")) {
            ++at_;
            yes = term() && yes;
        }
        return yes;
    }
    static bool compares(const std::string& word) {
        const char* known[] = {"=", "==", "!=", "-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
        return std::any_of(std::begin(known), std::end(known),
                           [&](const char* each) { return word == each; });
    }
    bool term() {
        if (at_ >= words_.size()) return misread("argument expected");
        if (at_ + 2 < words_.size() && compares(words_[at_ + 1])) {
            const std::size_t first = at_;
            at_ += 3;
            return compared(words_[first], words_[first + 1], words_[first + 2]);
        }
        if (is(at_, "!") && at_ + 1 < words_.size()) {
            ++at_;
            return !term();
        }
        const std::string& word = words_[at_++];
        if (word.size() != 2 || word[0] != '-' || at_ >= words_.size()) return !word.empty();
        return unary(word[1], words_[at_++]);
    }
    s64 number(const std::string& word) {
        s64 value = 0;
        if (!parse_number(word, value)) misread(word + ": integer expression expected");
        return value;
    }
    bool compared(const std::string& a, const std::string& how, const std::string& b) {
        if (how == "=" || how == "==") return a == b;
        if (how == "!=") return a != b;
        const s64 x = number(a);
        const s64 y = number(b);
        if (how == "-eq") return x == y;
        if (how == "-ne") return x != y;
        if (how == "-lt") return x < y;
        if (how == "-le") return x <= y;
        return how == "-gt" ? x > y : x >= y;
    }
    bool unary(char question, const std::string& word) {
        if (question == 'n') return !word.empty();
        if (question == 'z') return word.empty();
        const Files& files = run_.shell.files();
        const std::string path = Files::absolute(run_.shell.directory(), word);
        Entry entry;
        const bool there = files.info(run_.self, path, entry) == 0;
        switch (question) {
            case 'e':
                return there;
            case 'f':
                return there && entry.kind == '-';
            case 'd':
                return there && entry.kind == 'd';
            case 'L':
            case 'h':
                return there && entry.kind == 'l';
            case 'r':
                return there && entry.mode & 0444;
            case 'w':
                return there && entry.mode & 0222;
            case 'x':
                return there && entry.mode & 0111;
            case 's': {
                std::string text;
                return there && files.read(run_.self, path, text) == 0 && !text.empty();
            }
            default:
                return misread(std::string("-") + question + ": unary operator expected");
        }
    }

    Run& run_;
    std::vector<std::string> words_;
    std::size_t at_ = 0;
};

}  // namespace

s32 cmd_test(Run& run) {
    std::vector<std::string> words(run.args.begin() + 1, run.args.end());
    const bool bracket = run.args[0] == "[";
    const bool closed = !words.empty() && words.back() == "]";
    if (bracket && closed) words.pop_back();
    Question question(run, std::move(words));
    if (bracket && !closed) question.complaint = "missing `]'";
    const bool yes = question.complaint.empty() && question.answer();
    if (question.complaint.empty()) return yes ? 0 : 1;
    run.err += "bash: " + run.args[0] + ": " + question.complaint + "\n";
    return 2;
}

s32 cmd_break(Run& run) {
    return run.shell.jump(Console::Jump::leave) ? 0 : run.fail("only meaningful in a loop", 0);
}

s32 cmd_continue(Run& run) {
    return run.shell.jump(Console::Jump::next) ? 0 : run.fail("only meaningful in a loop", 0);
}

}  // namespace rq::console
