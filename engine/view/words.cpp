// State words, instants and marked-up text.
#include "view/words.hpp"

#include "base/text.hpp"
#include "task/task.hpp"

namespace rq::view {

namespace {

// The letters of the kernel's trace (include/trace/events/sched.h), by bit.
constexpr char report_letters[] = {'S', 'D', 'T', 't', 'X', 'Z', 'P', 'I'};

}  // namespace

std::string plain(std::string_view styled) {
    std::string out;
    out.reserve(styled.size());
    for (char ch : styled)
        if (ch != name_begin && ch != name_end) out += ch;
    return out;
}

void append_name(std::string& out, std::string_view name) {
    out += name_begin;
    out += name;
    out += name_end;
}

const char* state_word(State state) {
    constexpr const char* words[] = {"running", "waiting", "sleeping", "disk sleep", "stopped",
                                     "traced",  "zombie",  "dead",     "not yet born"};
    return words[static_cast<u32>(state)];
}

char state_letter(State state) { return "RRSDTtZX-"[static_cast<u32>(state)]; }

State state_of(u32 kernel_state, bool on_cpu) {
    if (kernel_state & EXIT_ZOMBIE) return State::zombie;
    if (kernel_state & (EXIT_DEAD | TASK_DEAD)) return State::dead;
    if (kernel_state & __TASK_STOPPED) return State::stopped;
    if (kernel_state & __TASK_TRACED) return State::traced;
    if (kernel_state & TASK_UNINTERRUPTIBLE)
        return kernel_state & TASK_NOLOAD ? State::sleeping : State::disk;
    if (kernel_state & TASK_INTERRUPTIBLE) return State::sleeping;
    return on_cpu ? State::running : State::waiting;
}

std::string prev_state_text(u32 kernel_state) {
    std::string out;
    u32 bits = kernel_state & 0x7f;
    if ((kernel_state & TASK_IDLE) == TASK_IDLE) bits = 0x80;
    if (bits == 0 && (kernel_state & TASK_DEAD)) bits = EXIT_DEAD;
    for (u32 i = 0; i < 8; ++i) {
        if (!(bits >> i & 1)) continue;
        if (!out.empty()) out += '|';
        out += report_letters[i];
    }
    if (!out.empty()) return out;
    return shown_preempted(kernel_state) ? "R+" : "R";
}

std::string instant(u64 time, u64 t0) {
    bool early = time < t0;
    return (early ? "\u2212" : "") + ms3(early ? t0 - time : time - t0);
}

}  // namespace rq::view
