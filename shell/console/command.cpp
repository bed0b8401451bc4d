// The registry, and what many commands need.
#include "console/command.hpp"

#include "base/text.hpp"
#include "engine.hpp"

namespace rq::console {

const std::vector<CommandInfo>& commands() {
    static const std::vector<CommandInfo> all = {
#define COMMAND(name, kind, function, usage, help) \
    {#name, CommandKind::kind, function, usage, help},
#include "console/commands.def"
#undef COMMAND
        // Other names of the same, and the user's own programs.
        {":", CommandKind::builtin, cmd_true, ":", "nothing, successfully"},
        {"python", CommandKind::program, cmd_python, "", ""},
        {"stress-ng", CommandKind::program, cmd_stress, "", ""},
    };
    return all;
}

const CommandInfo* find_command(std::string_view name) {
    static const CommandInfo own = {"./", CommandKind::program, cmd_own, "./NAME",
                                    "a program of one's own"};
    if (name == "[") name = "test";
    if (name == ":") name = "true";
    std::size_t slash = name.rfind('/');
    if (slash != std::string_view::npos) {
        std::string_view folder = name.substr(0, slash);
        if (folder != "/bin" && folder != "/usr/bin" && folder != "/sbin" && folder != "/usr/sbin")
            return &own;
        name = name.substr(slash + 1);
    }
    for (const CommandInfo& c : commands())
        if (c.name == name) return &c;
    return nullptr;
}

std::string help_of(const CommandInfo& command) {
    return std::string(command.usage) + "\n    " + command.help + "\n";
}

s32 Run::fail(std::string_view message, s32 status) {
    std::string name = base_name(args[0]);
    err += name + ": " + std::string(message) + "\n";
    return status;
}

bool Run::read(const std::string& path, std::string& text) {
    s32 error = shell.files().read(self, Files::absolute(shell.directory(), path), text);
    if (error) fail(path + ": " + error_text(-error));
    return error == 0;
}

bool Run::gather(std::size_t first, std::string& text) {
    text = first < args.size() ? "" : input;
    bool good = true;
    for (std::size_t i = first; i < args.size(); ++i) {
        std::string one;
        if (args[i] == "-")
            text += input;
        else if (read(args[i], one))
            text += one;
        else
            good = false;
    }
    return good;
}

std::string Run::slurp(const std::string& path) {
    std::string text;
    shell.files().read(self, path, text);
    return text;
}

s32 Run::exec(std::size_t first) {
    std::string caller = args[0];
    args.erase(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(first));
    const CommandInfo* info = args.empty() ? nullptr : find_command(args[0]);
    if (!info) {
        err += caller + ": failed to execute " + (args.empty() ? "" : args[0]) +
               ": No such file or directory\n";
        return 127;
    }
    shell.processes().exec(self, args);
    return info->main(*this);
}

s64 Run::run_child(std::size_t first, const std::function<void(Child)>& started,
                   const std::function<void(Child)>& ended) {
    std::vector<std::string> words(args.begin() + static_cast<std::ptrdiff_t>(first), args.end());
    const CommandInfo* info = words.empty() ? nullptr : find_command(words[0]);
    if (!info) {
        fail((words.empty() ? "" : words[0]) + ": No such file or directory");
        return 127 << 8;
    }
    Processes& machine = shell.processes();
    Child child = machine.fork(self, words, "");
    if (!child.id) return child.pid;
    started(child);
    machine.begin(self, "waitpid " + std::to_string(child.pid));
    Run inner{shell, std::move(words), has_input, input, child.id, "", "", false, piped, false};
    s32 status = info->main(inner);
    if (inner.goes_on)
        machine.until_exit(child.id);
    else
        machine.finish(child.id, status);
    ended(child);
    out += inner.out;
    err += inner.err;
    machine.come_to_rest(self);
    if (!machine.alive(self)) return -EINTR;
    const exec_state& e = machine.world().tasks[self].exec;
    return e.result < 0 ? e.result : e.wait_status;
}

s32 shell_status(s64 packed) {
    if (packed < 0) return 127;
    if ((packed & 0xff) == 0x7f) return 128 + static_cast<s32>(packed >> 8 & 0xff);
    s32 signal = static_cast<s32>(packed & 0x7f);
    return signal ? 128 + signal : static_cast<s32>(packed >> 8 & 0xff);
}

const char* error_text(s64 error) {
    switch (error) {
        case 0: return "Success";
        case EPERM: return "Operation not permitted";
        case ENOENT: return "No such file or directory";
        case ESRCH: return "No such process";
        case EINTR: return "Interrupted system call";
        case EIO: return "Input/output error";
        case E2BIG: return "Argument list too long";
        case EBADF: return "Bad file descriptor";
        case ECHILD: return "No child processes";
        case EAGAIN: return "Resource temporarily unavailable";
        case ENOMEM: return "Cannot allocate memory";
        case EACCES: return "Permission denied";
        case EBUSY: return "Device or resource busy";
        case EEXIST: return "File exists";
        case ENOTDIR: return "Not a directory";
        case EISDIR: return "Is a directory";
        case EINVAL: return "Invalid argument";
        case EMFILE: return "Too many open files";
        case ENOSPC: return "No space left on device";
        case ERANGE: return "Numerical result out of range";
        case ENOSYS: return "Function not implemented";
        case ENOTEMPTY: return "Directory not empty";
        case ELOOP: return "Too many levels of symbolic links";
        case EOPNOTSUPP: return "Operation not supported";
        default: return "Unknown error";
    }
}

bool parse_number(std::string_view text, s64& number) {
    if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
    return parse_decimal(text, number);
}

std::vector<std::string> fields_of(std::string_view text) {
    std::vector<std::string> out;
    std::string now;
    for (char c : text) {
        bool blank = c == ' ' || c == '\t' || c == '\n';
        if (!blank) now += c;
        if (blank && !now.empty()) {
            out.push_back(now);
            now.clear();
        }
    }
    if (!now.empty()) out.push_back(now);
    return out;
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
        std::size_t end = text.find('\n');
        out.push_back(text.substr(0, end));
        text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
    }
    return out;
}

std::string right(std::string_view text, std::size_t width) {
    std::string out(text);
    return out.size() < width ? std::string(width - out.size(), ' ') + out : out;
}

std::string left(std::string_view text, std::size_t width) {
    std::string out(text);
    return out.size() < width ? out + std::string(width - out.size(), ' ') : out;
}

std::string fixed(u64 value, u64 unit, u32 digits) {
    std::string out = std::to_string(value / unit);
    if (!digits) return out;
    out += '.';
    u64 rest = value % unit;
    for (u32 i = 0; i < digits; ++i) {
        rest *= 10;
        out += static_cast<char>('0' + rest / unit);
        rest %= unit;
    }
    return out;
}

}  // namespace rq::console
