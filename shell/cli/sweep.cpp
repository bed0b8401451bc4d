// `runqueue sweep`: one file under many settings, a table out.
#include "cli/commands.hpp"

namespace rq::cli {

namespace {

struct Axis {
    std::string what;
    std::vector<std::string> values;
};

constexpr std::size_t runs_max = 100'000;

bool number(std::string_view text, u64& n) {
    if (text.empty() || text.size() > 18) return false;
    n = 0;
    for (char ch : text) {
        if (ch < '0' || ch > '9') return false;
        n = n * 10 + static_cast<u64>(ch - '0');
    }
    return true;
}

/// "seed=1..5", "kernel=6.1,6.12"
bool parse_axis(const std::string& text, Axis& axis) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos) return false;
    axis.what = text.substr(0, equals);
    std::string rest = text.substr(equals + 1);
    std::size_t dots = rest.find("..");
    u64 first = 0;
    u64 last = 0;
    if (dots != std::string::npos && number(rest.substr(0, dots), first) &&
        number(rest.substr(dots + 2), last) && first <= last && last - first < runs_max) {
        for (u64 n = first; n <= last; ++n) axis.values.push_back(std::to_string(n));
        return true;
    }
    while (true) {
        std::size_t comma = rest.find(',');
        if (comma == 0 || rest.empty()) return false;
        axis.values.push_back(rest.substr(0, comma));
        if (comma == std::string::npos) return true;
        rest = rest.substr(comma + 1);
    }
}

/// Puts one value into the options; false if there is no such setting.
bool set(RunOptions& o, const std::string& what, const std::string& value) {
    if (what == "kernel")
        o.kernel = value;
    else if (what == "profile")
        o.profile = value;
    else if (what == "seed")
        o.seed = value;
    else if (what == "machine")
        o.machine = value.find('=') == std::string::npos && value[0] >= '0' && value[0] <= '9'
                        ? "cpus=" + value
                        : value;
    else if (what == "first-tick")
        o.first_tick = value;
    else if (what == "until")
        o.until = value;
    else if (what.compare(0, 6, "sched.") == 0)
        o.sched.push_back(what.substr(6) + "=" + value);
    else if (what.compare(0, 7, "sysctl.") == 0)
        o.sysctl.push_back(what.substr(7) + "=" + value);
    else
        return false;
    return true;
}

std::vector<std::string> share_metrics(const view::Value& report) {
    std::vector<std::string> out;
    if (const view::Value* tasks = report.find("tasks"))
        for (const auto& [name, value] : tasks->members) out.push_back("tasks." + name + ".share");
    return out;
}

}  // namespace

int sweep_command(const SweepArguments& a) {
    std::vector<Axis> axes;
    std::size_t runs = 1;
    for (const std::string& text : a.over) {
        Axis axis;
        RunOptions probe;
        if (!parse_axis(text, axis) || !set(probe, axis.what, axis.values[0])) {
            say("--over: `" + text + "` is not like seed=1..5, kernel=6.1,6.12 or "
                "sched.latency_ns=6000000,24000000");
            return exit_bad_usage;
        }
        runs *= axis.values.size();
        if (runs > runs_max) {
            say("--over: more than 100,000 runs");
            return exit_bad_usage;
        }
        axes.push_back(std::move(axis));
    }
    std::vector<std::string> metrics = a.metrics;
    int worst = exit_pass;
    for (std::size_t i = 0; i < runs; ++i) {
        RunOptions options = a.options;
        std::string line;
        std::size_t rest = i;
        std::size_t block = runs;
        for (const Axis& axis : axes) {
            block /= axis.values.size();
            const std::string& value = axis.values[rest / block];
            rest %= block;
            set(options, axis.what, value);
            line += view::csv_cell(value) + ",";
        }
        Run run = run_file(a.file, options);
        if (run.code > worst) worst = run.code;
        if (!run.simulation) return worst;
        view::Value report = view::report_value(
            view::report(*run.simulation, run.start, run.from_ns, run.until_ns));
        if (metrics.empty()) metrics = share_metrics(report);
        if (i == 0) {
            // A figure that the first run does not have is a typing error, not an empty column.
            for (const std::string& m : metrics)
                if (!report.at(m)) {
                    say("--metric: the report has no \"" + m + "\"; runqueue run --report json " +
                        a.file + " shows what it has");
                    return exit_bad_usage;
                }
            std::string head;
            for (const Axis& axis : axes) head += view::csv_cell(axis.what) + ",";
            for (const std::string& m : metrics) head += view::csv_cell(m) + ",";
            head.back() = '\n';
            print(head);
        }
        for (const std::string& m : metrics) {
            const view::Value* v = report.at(m);
            line += (v ? view::csv_cell(v->text) : "") + ",";
        }
        line.back() = '\n';
        print(line);
    }
    return worst;
}

}  // namespace rq::cli
