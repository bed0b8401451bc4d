// Leading a process, and those it clones, through steps. A variable's value belongs to the page
// frame that holds it: who shares the frame sees the value.
#include "console/script.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace rq::console {

namespace {

class Script {
public:
    Script(Run& run, std::string_view text) : run_(run), lines_(lines_of(text)) {}
    s32 all() { return block(run_.self, 0, lines_.size()); }

private:
    struct Waiting {
        Child child;
        std::size_t begin;
        std::size_t end;
    };
    s32 block(TaskId p, std::size_t begin, std::size_t end);
    std::size_t closing(std::size_t open) const;
    u32 frame_of(TaskId p, const std::string& name) const;
    std::string filled(TaskId p, std::string_view text);
    std::string word(TaskId p, const std::string& name);
    void clone(TaskId p, std::string_view flags, std::size_t open, std::size_t close,
               std::vector<Waiting>& children);
    void wait(TaskId p, std::vector<Waiting>& children);
    void lead(Waiting& child);

    Run& run_;
    std::vector<std::string_view> lines_;
    std::map<u32, std::string> values_;  // by frame
    s64 result_ = 0;
};

std::size_t Script::closing(std::size_t open) const {
    u32 depth = 0;
    for (std::size_t i = open; i < lines_.size(); ++i) {
        std::string_view line = trimmed(lines_[i]);
        if (!line.empty() && line.back() == '{') ++depth;
        if (line == "}" && --depth == 0) return i;
    }
    return lines_.size();
}

/// The frame behind the first page of the area of that name; 0: none yet.
u32 Script::frame_of(TaskId p, const std::string& name) const {
    Context c = run_.context();
    MmId mm = c.w.tasks[p].mm;
    if (!mm) return 0;
    for (VmaId v = c.w.mms[mm].mmap; v; v = c.w.vmas[v].vm_next)
        if (c.image.name(c.w.vmas[v].name) == name)
            return pte_frame(c.w.tables.get(c.w.vmas[v].ptes, 0)).raw;
    return 0;
}

std::string Script::word(TaskId p, const std::string& name) {
    Context c = run_.context();
    const task_struct& t = c.w.tasks[p];
    std::string status;
    if (name == "pid" || name == "ppid" || name == "tid" || name == "affinity") {
        std::string path = "/proc/" + std::to_string(t.tgid) + "/task/" + std::to_string(t.pid);
        run_.shell.files().read(p, path + "/status", status);
    }
    auto value = [&](std::string_view key) {
        for (std::string_view line : lines_of(status))
            if (line.substr(0, key.size()) == key && line[key.size()] == ':')
                return fields_of(line.substr(key.size() + 1));
        return std::vector<std::string>{};
    };
    // In a pid namespace the last number is the one that the process itself sees.
    if (name == "pid" || name == "tid") {
        std::vector<std::string> f = value(name == "pid" ? "NStgid" : "NSpid");
        return f.empty() ? std::to_string(name == "pid" ? t.tgid : t.pid) : f.back();
    }
    if (name == "ppid") {
        std::vector<std::string> f = value("PPid");
        return f.empty() ? "" : f[0];
    }
    if (name == "affinity") {
        std::vector<std::string> f = value("Cpus_allowed_list");
        std::vector<u32> cpus;
        std::string out;
        if (!f.empty() && parse_cpu_list(f[0], cpus))
            for (u32 cpu : cpus) out += std::to_string(cpu) + " ";
        return out;
    }
    if (name == "cpu") return std::to_string(t.cpu.raw);
    if (name == "result") return std::to_string(result_ < 0 ? -1 : result_);
    auto found = values_.find(frame_of(p, name));
    return found == values_.end() ? "0" : found->second;
}

std::string Script::filled(TaskId p, std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\\' && i + 1 < text.size()) {
            ++i;
            out += text[i] == 'n' ? '\n' : text[i] == 't' ? '\t' : text[i];
        } else if (std::size_t close = text.find('}', i);
                   text[i] == '{' && close != std::string_view::npos) {
            out += word(p, std::string(text.substr(i + 1, close - i - 1)));
            i = close;
        } else {
            out += text[i];
        }
    }
    return out;
}

void Script::lead(Waiting& child) {
    Processes& machine = run_.shell.processes();
    s32 status = block(child.child.id, child.begin, child.end);
    machine.finish(child.child.id, status);
}

void Script::clone(TaskId p, std::string_view flags, std::size_t open, std::size_t close,
                   std::vector<Waiting>& children) {
    Child child = run_.shell.processes().clone(p, flags);
    result_ = child.pid;
    if (!child.id) return;
    Waiting waiting{child, open + 1, close};
    if (run_.shell.processes().resting(p)) {
        children.push_back(waiting);
        return;
    }
    lead(waiting);  // vfork: the parent sleeps until then
    run_.shell.processes().come_to_rest(p);
}

/// The parent waits while its children do their steps; the oldest one is reaped.
void Script::wait(TaskId p, std::vector<Waiting>& children) {
    Processes& machine = run_.shell.processes();
    machine.begin(p, "waitpid any __WALL");
    for (Waiting& child : children) lead(child);
    children.clear();
    machine.come_to_rest(p);
    if (machine.alive(p)) result_ = machine.world().tasks[p].exec.result;
}

s32 Script::block(TaskId p, std::size_t begin, std::size_t end) {
    std::vector<Waiting> children;
    s32 status = 0;
    for (std::size_t i = begin; i < end; ++i) {
        std::string_view line = trimmed(lines_[i]);
        std::size_t blank = line.find(' ');
        std::string_view verb = line.substr(0, blank);
        std::string_view rest = blank == std::string_view::npos ? "" : line.substr(blank + 1);
        if (line.empty() || line[0] == '#' || line == "end") continue;
        if (!run_.shell.processes().alive(p)) break;
        if (verb == "print") {
            // Blanks at its end count.
            std::string_view whole = lines_[i];
            run_.out += filled(p, whole.substr(std::min(whole.find("print") + 6, whole.size())));
        } else if (verb == "data") {
            run_.shell.processes().call(p, "map " + std::string(rest) + " 1 anon");
        } else if (verb == "set") {
            std::vector<std::string> f = fields_of(rest);
            if (f.size() != 2) continue;
            run_.shell.processes().call(p, "write " + f[0] + " 0");
            values_[frame_of(p, f[0])] = f[1];
        } else if (verb == "clone") {
            std::size_t close = closing(i);
            if (!rest.empty() && rest.back() == '{')
                rest = trimmed(rest.substr(0, rest.size() - 1));
            clone(p, rest, i, close, children);
            i = close;
        } else if (verb == "perror") {
            if (result_ >= 0) continue;
            run_.err += std::string(rest) + ": " + error_text(-result_) + "\n";
            while (i < end && trimmed(lines_[i]) != "end") ++i;
        } else if (line == "waitpid") {
            wait(p, children);
        } else if (verb == "exit") {
            s64 code = 0;
            parse_number(rest, code);
            status = static_cast<s32>(code);
            break;
        } else {
            result_ = run_.shell.processes().call(p, line);
        }
    }
    for (Waiting& child : children) lead(child);
    return status;
}

}  // namespace

s32 run_script(Run& run, std::string_view text) {
    return Script(run, text).all();
}

}  // namespace rq::console
