// `runqueue run` and `runqueue hash`: a file in, figures out.
#include "cli/commands.hpp"

#include "session/builtin.hpp"

namespace rq::cli {

namespace {

bool time_option(const char* name, const std::string& text, std::optional<u64>& out) {
    if (text.empty()) return true;
    u64 ns = 0;
    if (!parse_time(text, ns)) {
        say(std::string(name) + ": `" + text + "` is not a time. Write 5ms, 2s or nanoseconds.");
        return false;
    }
    out = ns;
    return true;
}

bool ends_with(std::string_view text, std::string_view end) {
    return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

/// What the engine could not go on with, in words.
void say_limit(const std::string& path, const Simulation& s) {
    const char* why = "";
    switch (static_cast<LimitHit>(s.world().g.limit_hit)) {
    case LimitHit::none: return;
    case LimitHit::tasks: why = "no more tasks fit (131,072)"; break;
    case LimitHit::no_progress: why = "100,000 steps at one instant without progress"; break;
    case LimitHit::trace_full: why = "the trace is full"; break;
    case LimitHit::time: why = "the end of time"; break;
    case LimitHit::frames: why = "no more page frames fit (64 GiB)"; break;
    case LimitHit::panic:
        why = "Kernel panic - not syncing: System is deadlocked on memory";
        break;
    }
    say(path + ": stopped at " + view::instant(s.now(), s.t0()) + ": a limit was hit: " + why);
}

}  // namespace

bool understand(const RunOptions& o, Overrides& out) {
    auto unknown = [](const char* option, const std::string& value, const char* known) {
        say(std::string(option) + ": `" + value + "` is none of " + known);
        return false;
    };
    if (!o.kernel.empty() && o.kernel != "6.1" && o.kernel != "6.12")
        return unknown("--kernel", o.kernel, "6.1, 6.12");
    if (!o.profile.empty() && o.profile != "ideal" && o.profile != "realistic" &&
        o.profile != "emulated")
        return unknown("--profile", o.profile, "ideal, realistic, emulated");
    if (o.kernel == "6.1") out.kernel = KernelVersion::v6_1;
    if (o.kernel == "6.12") out.kernel = KernelVersion::v6_12;
    if (o.profile == "ideal") out.profile = ProfileKind::ideal;
    if (o.profile == "realistic") out.profile = ProfileKind::realistic;
    if (o.profile == "emulated") out.profile = ProfileKind::emulated;
    if (!o.machine.empty()) {
        Result<MachineSpec> machine = parse_machine(o.machine);
        if (!machine) {
            for (const Diagnostic& d : machine.errors())
                say("--machine: " + d.message + (d.hint.empty() ? "" : " " + d.hint));
            return false;
        }
    }
    out.machine = o.machine;
    for (const std::string& words : o.boot) out.boot += (out.boot.empty() ? "" : " ") + words;
    out.sysctl = o.sysctl;
    out.sched = o.sched;
    for (const auto* list : {&o.sysctl, &o.sched})
        for (const std::string& s : *list)
            if (s.find('=') == std::string::npos || s[0] == '=') {
                say(std::string(list == &o.sysctl ? "--sysctl" : "--sched") + ": `" + s +
                    "` is not KEY=VALUE");
                return false;
            }
    if (!o.seed.empty()) {
        u64 n = 0;
        bool digits = o.seed.size() <= 19;
        for (char ch : o.seed) {
            digits = digits && ch >= '0' && ch <= '9';
            n = n * 10 + static_cast<u64>(ch - '0');
        }
        if (!digits) {
            say("--seed: `" + o.seed + "` is not a number");
            return false;
        }
        out.seed = n;
    }
    return time_option("--first-tick", o.first_tick, out.first_tick_ns) &&
           time_option("--from", o.from, out.from_ns) &&
           time_option("--until", o.until, out.until_ns);
}

namespace {

Run failed(int code) {
    Run run;
    run.code = code;
    return run;
}

Run boot_text(const std::string& path, std::string_view text, const RunOptions& options,
              bool keyframes = false) {
    Overrides overrides;
    if (!understand(options, overrides)) return failed(exit_bad_usage);
    Result<Scenario> scenario = read_for_running(text, overrides);
    if (!scenario) {
        say(path, scenario.errors());
        return failed(exit_bad_input);
    }
    say(path, scenario->notices);
    say(path, boot_line_notices(*scenario));
    SimulationOptions settings;
    settings.keyframes = keyframes;
    auto booted = Simulation::boot(*scenario, settings);
    if (!booted) {
        say(path, booted.errors());
        return failed(exit_bad_input);
    }
    Run run;
    run.simulation = std::move(*booted);
    run.start = view::report_start(*run.simulation);
    run.booted = run.simulation->world();
    run.from_ns = scenario->window_from_ns;
    run.until_ns = overrides.until_ns ? *overrides.until_ns : scenario->duration_ns;
    return run;
}

}  // namespace

Run boot_file(const std::string& path, const RunOptions& options, bool keyframes) {
    std::string_view builtin = builtin_scenario(path);
    if (!builtin.empty()) return boot_text(path, builtin, options, keyframes);
    std::string text;
    if (!read_file(path, text)) return failed(exit_bad_input);
    if (recognise(text) == InputKind::setattr_table) {
        Result<SetattrTable> table = read_setattr_table(text);
        if (!table)
            say(path, table.errors());
        else
            say(path + ": a table of sched_setattr calls has no run over time; `runqueue run` "
                       "makes the calls");
        return failed(exit_bad_input);
    }
    return boot_text(path, text, options, keyframes);
}

namespace {

/// Runs until an instant after t0, which may be known only once the rig has come to it.
void run_until(Simulation& s, u64 ns) {
    while (s.run_until(s.t0() + ns) == Stop::reached && s.now() < s.t0() + ns) {
    }
}

Run run_to_end(const std::string& path, Run run) {
    if (!run.simulation) return run;
    run_until(*run.simulation, run.until_ns);
    if (run.simulation->world().g.limit_hit) {
        say_limit(path, *run.simulation);
        run.code = exit_limit;
    }
    return run;
}

}  // namespace

Run run_file(const std::string& path, const RunOptions& options) {
    return run_to_end(path, boot_file(path, options));
}

Run run_to_instant(const std::string& path, const RunOptions& options, const std::string& at) {
    u64 ns = 0;
    if (!parse_time(at, ns)) {
        say("--at: `" + at + "` is not a time. Write 5ms, 2s or nanoseconds.");
        return failed(exit_bad_usage);
    }
    Run run = boot_file(path, options, true);
    if (!run.simulation) return run;
    Simulation& s = *run.simulation;
    run_until(s, ns);
    if (s.world().g.limit_hit) {
        run.code = exit_limit;
    } else if (s.now() < s.t0() + ns) {
        say("--at: the run has ended before " + at + ". Give an instant within its `duration`.");
        return failed(exit_bad_usage);
    }
    return run;
}

namespace {

/// A table of sched_setattr calls: makes them and prints what they return.
int run_setattr(const RunArguments& a, const std::string& text) {
    Overrides overrides;
    if (!understand(a.options, overrides)) return exit_bad_usage;
    Result<SetattrTable> table = read_setattr_table(text);
    if (!table) {
        say(a.file, table.errors());
        return exit_bad_input;
    }
    u32 cpus = a.options.machine.empty() ? 1 : parse_machine(a.options.machine)->cpus();
    KernelVersion kernel =
        a.options.kernel == "6.12" ? KernelVersion::v6_12 : KernelVersion::v6_1;
    view::SetattrResults results = run_setattr_table(*table, kernel, cpus);
    print(a.report == "json" ? to_json(view::setattr_value(*table, results))
                             : view::setattr_text(*table, results));
    return exit_pass;
}

}  // namespace

int run_command(const RunArguments& a) {
    std::string text(builtin_scenario(a.file));
    if (text.empty() && !read_file(a.file, text)) return exit_bad_input;
    if (recognise(text) == InputKind::setattr_table) return run_setattr(a, text);
    bool ftrace = ends_with(a.trace, ".ftrace");
    if (!a.trace.empty() && !ftrace && !ends_with(a.trace, ".rqt")) {
        say("--trace: the suffix chooses the format: .ftrace (the kernel's text) or .rqt (ours)");
        return exit_bad_usage;
    }
    Run run = run_to_end(a.file, boot_text(a.file, text, a.options));
    if (!run.simulation) return run.code;
    if (!a.trace.empty() && !(ftrace ? write_ftrace(run, a.trace) : write_rqt(run, a.trace)))
        return exit_bad_input;
    view::RunReport report = view::report(*run.simulation, run.start, run.from_ns, run.until_ns);
    print(a.report == "json" ? to_json(view::report_value(report)) : view::report_text(report));
    return run.code;
}

int hash_command(const HashArguments& a) {
    int worst = exit_pass;
    for (const std::string& file : a.files) {
        Run run = run_file(file, a.options);
        if (run.code > worst) worst = run.code;
        if (!run.simulation) continue;
        std::string line;
        append_hex(line, run.simulation->hash(), 16);
        if (a.parts) {
            line += " state ";
            append_hex(line, run.simulation->state_hash(), 16);
            line += " trace ";
            append_hex(line, run.simulation->trace_hash(), 16);
            line += " events " + std::to_string(run.simulation->events());
        }
        if (a.files.size() > 1) line += "  " + file;
        print(line + "\n");
    }
    return worst;
}

}  // namespace rq::cli
